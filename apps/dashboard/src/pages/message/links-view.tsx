/** The links of a message and who followed them. A link is shown as text and copied: nothing here opens what a sender wrote. */
import type { List } from '@waybill/contract/list';
import { problemOf } from '../../api/problem-error.ts';
import { useRecord, useText } from '../../api/use-records.ts';
import type { EventView } from '../../api/views.ts';
import { messageText as text } from '../../text/message.ts';
import { count } from '../../text/number.ts';
import { visible } from '../../text/visible.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { type Column, RecordTable } from '../../ui/record-table.tsx';
import { TwoLines } from '../../ui/row-link.tsx';
import { Waiting } from '../../ui/waiting.tsx';
import { type ClickedLink, type Clicks, clickedLinks, type Link } from './link-clicks.ts';

/** The document of a parser runs no script and loads nothing. https://html.spec.whatwg.org/multipage/dynamic-markup-insertion.html#domparser */
function linksIn(html: string): readonly Link[] {
  const page = new DOMParser().parseFromString(html, 'text/html');
  return [...page.querySelectorAll('a[href]')]
    .map((link) => ({ url: link.getAttribute('href') ?? '', text: (link.textContent ?? '').trim() }))
    .filter(({ url }) => /^https?:/i.test(url));
}

const clickColumn = (id: keyof Clicks, title: string): Column<ClickedLink> => ({
  id,
  title,
  width: '76px',
  isRight: true,
  cell: (row) => count(row[id]),
});

const columns: readonly Column<ClickedLink>[] = [
  {
    id: 'link',
    title: text.linkText,
    cell: ({ url, text: words }) => (
      <TwoLines under={<code title={visible(url)}>{visible(url)}</code>}>
        {words === '' ? text.noLinkText : visible(words)}
      </TwoLines>
    ),
  },
  {
    id: 'copy',
    title: text.copyLink,
    isTitleHidden: true,
    width: '40px',
    cell: ({ url }) => <CopyButton text={url} label={text.linkText} />,
  },
  clickColumn('human', text.people),
  { ...clickColumn('proxy', text.proxies), isWide: true },
  { ...clickColumn('bot', text.bots), isWide: true },
];

export function LinksView({ id }: { readonly id: string }) {
  const html = useText(`/v1/messages/${id}/content`, { part: 'html' });
  const events = useRecord<List<EventView>>(`/v1/messages/${id}/events`);
  const hasNoHtml = problemOf(html.error).status === 404;
  if (html.error !== null && !hasNoHtml) return <ErrorPanel error={html.error} />;
  if (events.error !== null) return <ErrorPanel error={events.error} />;
  if (events.data === undefined || html.isPending) return <Waiting />;
  const rows = clickedLinks(linksIn(html.data ?? ''), events.data.data);
  if (rows.length === 0) return <EmptyState title={text.noLinks} text={text.noLinksText} />;
  return <RecordTable label={text.linksLabel} columns={columns} rows={rows} rowKey={({ url }) => url} />;
}
