import { Link } from '@tanstack/react-router';
import type { MessageView } from '../../api/views.ts';
import { paths } from '../../paths.ts';
import { messageText as text } from '../../text/message.ts';
import { bytes } from '../../text/number.ts';
import { visible } from '../../text/visible.ts';
import { CopyableId } from '../../ui/copy-button.tsx';
import { type Fact, Facts } from '../../ui/facts.tsx';
import { ExactMoment } from '../../ui/moment.tsx';

const idOrNone = (id: string | null, label: string) =>
  id === null ? undefined : <CopyableId id={id} label={label} />;

const textOrNone = (value: string | null): string | undefined =>
  value === null ? undefined : visible(value);

const resentFrom = ({ resent_from: id }: MessageView) =>
  id === null ? undefined : <Link to={paths.message(id)}>{id}</Link>;

function factsOf(message: MessageView): readonly Fact[] {
  const { metadata, tags, scheduled_at: scheduledAt } = message;
  const pairs = Object.entries(metadata).map(([name, value]) => `${name}=${value}`);
  return [
    [text.id, <CopyableId key="id" id={message.id} label={text.id} />],
    [text.from, textOrNone(message.from)],
    [text.mailFrom, message.mail_from === null ? text.nullSender : visible(message.mail_from)],
    [text.accepted, <ExactMoment key="at" at={message.created_at} />],
    [text.scheduled, scheduledAt === null ? undefined : <ExactMoment key="not before" at={scheduledAt} />],
    [text.size, bytes(message.size)],
    [text.messageIdHeader, idOrNone(message.message_id_header, text.messageIdHeader)],
    [text.customId, idOrNone(message.custom_id, text.customId)],
    [text.credential, idOrNone(message.credential_id, text.credential)],
    [text.resentFrom, resentFrom(message)],
    [text.stream, idOrNone(message.stream_id, text.stream)],
    [text.tags, tags.length === 0 ? undefined : tags.map(visible).join(', ')],
    [text.metadata, pairs.length === 0 ? undefined : pairs.map(visible).join(', ')],
  ];
}

/** The facts of a message that do not change. */
export const MessageFacts = ({ message }: { readonly message: MessageView }) => (
  <Facts rows={factsOf(message)} />
);
