/** The content of a message. Everything in it is hostile: text is escaped, HTML is shown in a frame that may do nothing. */

import { problemOf } from '../../api/problem-error.ts';
import { useText } from '../../api/use-records.ts';
import { messageText as text } from '../../text/message.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { MailFrame } from '../../ui/mail-frame.tsx';
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

export function HtmlPreview({ id }: { readonly id: string }) {
  const html = useText(contentPath(id), { part: 'html' });
  if (html.isPending) return <Waiting />;
  if (problemOf(html.error).status === 404) return <TextPart id={id} part="text" label={text.textPart} />;
  if (html.error !== null) return <ErrorPanel error={html.error} />;
  return <MailFrame html={html.data} />;
}
