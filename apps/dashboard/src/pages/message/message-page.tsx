import { useQueryClient } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useLive } from '../../api/live/use-live.ts';
import { useRecord } from '../../api/use-records.ts';
import { useUrlSearch } from '../../api/use-search.ts';
import type { MessageView, TraceView } from '../../api/views.ts';
import { messageText as text } from '../../text/message.ts';
import { visible } from '../../text/visible.ts';
import { CopyAsCurl } from '../../ui/copy-as-curl.tsx';
import { DeliveryStatus } from '../../ui/delivery-status.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { Page } from '../../ui/page.tsx';
import { TabLinks } from '../../ui/tab-links.tsx';
import { Waiting } from '../../ui/waiting.tsx';
import { HtmlPreview, TextPart } from './content-view.tsx';
import { DifferenceView } from './difference-view.tsx';
import { LinksView } from './links-view.tsx';
import { MessageActions } from './message-actions.tsx';
import { MessageFacts } from './message-facts.tsx';
import { RecipientsView } from './recipients-view.tsx';
import css from './timeline.module.css';

const tabs = [
  ['timeline', text.timeline],
  ['preview', text.preview],
  ['text', text.text],
  ['headers', text.headers],
  ['raw', text.raw],
  ['difference', text.difference],
  ['links', text.links],
] as const;

/** While mail is on its way and no event can come, the page looks again by itself. */
const REFETCH_MS = 5_000;
const isUnderWay = (message: MessageView | undefined): boolean =>
  message === undefined || ['accepted', 'queued', 'deferred', 'processed'].includes(message.status);

function View({ tab, trace }: { readonly tab: string; readonly trace: TraceView }) {
  const { id } = trace;
  if (tab === 'preview') return <HtmlPreview id={id} />;
  if (tab === 'text') return <TextPart id={id} part="text" label={text.textPart} />;
  if (tab === 'headers') return <TextPart id={id} part="headers" label={text.headerBlock} />;
  if (tab === 'raw') return <TextPart id={id} part="raw" label={text.sentBytes} />;
  if (tab === 'difference') return <DifferenceView trace={trace} />;
  if (tab === 'links') return <LinksView id={id} />;
  return <RecipientsView trace={trace} />;
}

type LoadedProps = { readonly message: MessageView; readonly trace: TraceView };

function Loaded({ message, trace }: LoadedProps) {
  const { tab: asked } = useUrlSearch();
  const tab = tabs.find(([name]) => name === asked)?.[0] ?? 'timeline';
  const title = message.subject ? visible(message.subject) : text.noSubject;
  return (
    <Page
      title={title}
      lead={
        <>
          <DeliveryStatus status={message.status} /> {visible(message.reason)}
        </>
      }
      actions={
        <>
          <MessageActions message={message} />
          <CopyAsCurl path={`/v1/messages/${message.id}/trace`} />
        </>
      }
    >
      <TabLinks label={text.tabs} tabs={tabs} />
      <div className={css.layout}>
        <div>
          <View tab={tab} trace={trace} />
        </div>
        <aside className={css.aside} aria-label={text.facts}>
          <MessageFacts message={message} />
        </aside>
      </div>
    </Page>
  );
}

/** What was read of the message, by the paths in the keys of the cache. */
const isOfMessage = ([, path]: readonly unknown[], own: string): boolean =>
  typeof path === 'string' && path.startsWith(own);

/** One message: what became of it, and why. */
export function MessagePage() {
  const { id } = useParams({ strict: false }) as { readonly id: string };
  const path = `/v1/messages/${encodeURIComponent(id)}`;
  const message = useRecord<MessageView>(path);
  const client = useQueryClient();
  const isLive = useLive(({ events, isAnew }) => {
    if (!isAnew && events.every((event) => event.message_id !== id)) return;
    void client.invalidateQueries({ predicate: ({ queryKey }) => isOfMessage(queryKey, path) });
  });
  const refetch = isUnderWay(message.data) && !isLive ? { refetchMs: REFETCH_MS } : {};
  const trace = useRecord<TraceView>(`${path}/trace`, {}, refetch);
  const live = useRecord<MessageView>(path, {}, refetch);
  const error = message.error ?? trace.error;
  if (error !== null)
    return (
      <Page title={text.title}>
        <ErrorPanel error={error} retry={() => void message.refetch()} />
      </Page>
    );
  if (live.data === undefined || trace.data === undefined)
    return (
      <Page title={text.title}>
        <Waiting />
      </Page>
    );
  return <Loaded message={live.data} trace={trace.data} />;
}
