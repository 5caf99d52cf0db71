/** The content of a message. Everything in it is hostile: text is escaped, HTML is shown in a frame that may do nothing. */

import { Button } from '@mantine/core';
import { useState } from 'react';
import { useAccountId } from '../../api/account-id.ts';
import { problemOf } from '../../api/problem-error.ts';
import { urlOf } from '../../api/request.ts';
import { useText } from '../../api/use-records.ts';
import { messageText as text } from '../../text/message.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { MailFrame, MailFrameAt } from '../../ui/mail-frame.tsx';
import { Verbatim } from '../../ui/verbatim.tsx';
import { Waiting } from '../../ui/waiting.tsx';

type PartProps = { readonly id: string; readonly part: 'text' | 'headers' | 'raw'; readonly label: string };

const contentPath = (id: string): string => `/v1/messages/${id}/content`;

export function TextPart({ id, part, label }: PartProps) {
  const { data, error, isPending } = useText(contentPath(id), { part });
  if (isPending) return <Waiting />;
  if (problemOf(error).status === 404) return <EmptyState title={text.noPart(part)} text="" />;
  if (error !== null) return <ErrorPanel error={error} />;
  return <Verbatim text={data} label={label} />;
}

/** Whether the HTML names an image of another server. */
const hasRemoteImages = (html: string): boolean =>
  /(?:src|background|srcset|url)\s*[=(]\s*["']?\s*(?:https?:)?\/\//i.test(html);

export function HtmlPreview({ id }: { readonly id: string }) {
  const account = useAccountId();
  const [showsImages, setShowsImages] = useState(false);
  const html = useText(contentPath(id), { part: 'html' });
  if (html.isPending) return <Waiting />;
  if (problemOf(html.error).status === 404) return <TextPart id={id} part="text" label={text.textPart} />;
  if (html.error !== null) return <ErrorPanel error={html.error} />;
  if (showsImages) {
    const url = urlOf(contentPath(id), { part: 'html', images: 'true', account });
    return <MailFrameAt url={url} note={text.imagesNote} />;
  }
  return (
    <MailFrame html={html.data}>
      {hasRemoteImages(html.data) && (
        <Button variant="default" size="compact-xs" onClick={() => setShowsImages(true)}>
          {text.loadImages}
        </Button>
      )}
    </MailFrame>
  );
}
