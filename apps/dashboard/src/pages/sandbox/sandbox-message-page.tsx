import { Link, useParams } from '@tanstack/react-router';
import { useRecord, useRecords, useText } from '../../api/use-records.ts';
import { useUrlSearch } from '../../api/use-search.ts';
import type { MessageSummaryView, SandboxMessageDetailView } from '../../api/views.ts';
import { paths } from '../../paths.ts';
import { bytes } from '../../text/number.ts';
import { sandboxText as text } from '../../text/sandbox.ts';
import { visible } from '../../text/visible.ts';
import { ButtonLink } from '../../ui/button-link.tsx';
import { CopyableId } from '../../ui/copy-button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { Facts } from '../../ui/facts.tsx';
import { MailFrame } from '../../ui/mail-frame.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Page, Section } from '../../ui/page.tsx';
import { PendingPage } from '../../ui/pending-page.tsx';
import { TabLinks } from '../../ui/tab-links.tsx';
import { Verbatim } from '../../ui/verbatim.tsx';
import { Waiting } from '../../ui/waiting.tsx';
import { OneDifference } from '../message/difference-view.tsx';
import { ReceiverStrip } from './receiver-strip.tsx';

const tabs = [
  ['preview', text.preview],
  ['text', text.text],
  ['headers', text.headers],
  ['raw', text.raw],
  ['difference', text.difference],
] as const;

type Shown = { readonly message: SandboxMessageDetailView };

const Headers = ({ message }: Shown) => (
  <Facts rows={message.headers.map(({ name, value }) => [<code key={name}>{name}</code>, visible(value)])} />
);

function Raw({ message }: Shown) {
  const { data, error } = useText(`/v1/sandbox/messages/${message.id}/raw`);
  if (error !== null) return <ErrorPanel error={error} />;
  return data === undefined ? <Waiting /> : <Verbatim text={data} label={text.raw} />;
}

/** What the account sent beside what left for this recipient. */
function FromSent({ message: { delivery_id: delivery } }: Shown) {
  const { data, error } = useRecords<MessageSummaryView>(
    '/v1/messages',
    { q: delivery ?? undefined },
    { enabled: delivery !== null },
  );
  if (error !== null) return <ErrorPanel error={error} />;
  if (data === undefined && delivery !== null) return <Waiting />;
  const id = data?.pages[0]?.data[0]?.id;
  if (id === undefined || delivery === null) return <EmptyState title={text.noOrigin} text="" />;
  return <OneDifference id={id} delivery={delivery} />;
}

const TextPart = ({ message }: Shown) =>
  message.text === null ? (
    <EmptyState title={text.noText} text="" />
  ) : (
    <Verbatim text={message.text} label={text.text} />
  );

function View({ message, tab }: Shown & { readonly tab: string }) {
  if (tab === 'headers') return <Headers message={message} />;
  if (tab === 'raw') return <Raw message={message} />;
  if (tab === 'difference') return <FromSent message={message} />;
  if (tab === 'text' || message.html === null) return <TextPart message={message} />;
  return <MailFrame html={message.html} />;
}

const Attachments = ({ message: { attachments } }: Shown) =>
  attachments.length > 0 && (
    <Section title={text.attachments}>
      <Facts
        rows={attachments.map(({ filename, content_type: type, size }) => [
          visible(filename ?? text.unnamed),
          `${visible(type)}, ${bytes(size)}`,
        ])}
      />
    </Section>
  );

function Loaded({ message }: Shown) {
  const { tab: asked } = useUrlSearch();
  const tab = tabs.find(([name]) => name === asked)?.[0] ?? 'preview';
  return (
    <Page
      title={message.subject ? visible(message.subject) : text.noSubject}
      actions={
        message.delivery_id !== null && (
          <ButtonLink to={paths.messages} search={{ q: message.delivery_id }}>
            {text.openMessage}
          </ButtonLink>
        )
      }
    >
      <Facts
        rows={[
          [
            text.to,
            <Link key="to" to={paths.recipient(message.rcpt_to)}>
              {visible(message.rcpt_to)}
            </Link>,
          ],
          [text.from, message.mail_from === '' ? text.nullPath : visible(message.mail_from)],
          [text.received, <Moment key="at" at={message.received_at} />],
          [text.encryption, message.tls],
          [
            text.message,
            message.delivery_id === null ? undefined : (
              <CopyableId key="id" id={message.delivery_id} label={text.message} />
            ),
          ],
        ]}
      />
      <ReceiverStrip message={message} />
      <Attachments message={message} />
      <Section title={text.tabs}>
        <TabLinks label={text.tabs} tabs={tabs} />
        <View message={message} tab={tab} />
      </Section>
    </Page>
  );
}

/** One message as a recipient got it. */
export function SandboxMessagePage() {
  const { id } = useParams({ strict: false }) as { readonly id: string };
  const { data, error, refetch } = useRecord<SandboxMessageDetailView>(
    `/v1/sandbox/messages/${encodeURIComponent(id)}`,
  );
  if (data !== undefined) return <Loaded message={data} />;
  return <PendingPage title={text.notFound} error={error} retry={refetch} />;
}
