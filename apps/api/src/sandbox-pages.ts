/**
 * Plain pages that show what a recipient got. A signed link opens them. Everything in a message is hostile: text is escaped, and
 * HTML is shown in a frame with an opaque origin, without scripts or remote loads.
 */
import { parsePublicId, publicId } from '@waybill/relay/id';
import { openSandboxLink } from '@waybill/relay/links/sandbox-link';
import type { FastifyReply } from 'fastify';
import type { App, Dependencies } from './dependencies.ts';
import { escapeHtml, html, Markup, page, pageHeaders } from './html.ts';
import type { MessageDetail } from './message-view.ts';
import { headerList, headOf, type Preview, preview } from './preview.ts';
import type { SandboxDetail, SandboxRow } from './sandbox-view.ts';
import { shownTime as time, traceMarkup } from './trace-markup.ts';

const PAGE_SIZE = 100;
const token = (query: unknown): string => String((query as { t?: unknown }).t ?? '').slice(0, 200);

const closed = (reply: FastifyReply): FastifyReply =>
  reply
    .code(404)
    .headers(pageHeaders)
    .send(
      page(
        'Not here',
        html`<h1>Nothing to see at this address</h1><p>Links to the sandbox are good for a day. <code>GET /v1/sandbox/link</code> with an API key makes a new one.</p>`,
      ),
    );

const bytes = (size: number): string => (size < 10_000 ? `${size} bytes` : `${Math.round(size / 1024)} KiB`);

const rowMarkup = (row: SandboxRow, t: string): Markup => {
  const { subject, from } = headOf(row.head);
  return html`<li><a href="/sandbox/${publicId('box', row.id)}?t=${t}"><b>${subject ?? '(no subject)'}</b><span>to ${row.rcptTo}${from === undefined ? '' : ` · from ${from}`}</span><span>${time(row.receivedAt)} · ${bytes(row.size)}</span></a></li>`;
};

const listMarkup = (rows: readonly SandboxRow[], t: string): Markup =>
  html`<h1>Sandbox</h1>${
    rows.length === 0
      ? html`<p>Nothing has arrived yet. Send a message and load this page again.</p>`
      : html`<p class="soft">What recipients got, newest first. No mail left this installation.</p><ul class="mails">${rows.map((row) => rowMarkup(row, t))}</ul>`
  }<h2>Recipients that answer as real servers do</h2><p>Send to <code>bounce@sandbox.test</code>, <code>softbounce@</code>, <code>greylist@</code>, <code>full@</code>, <code>spam@</code> or <code>slow@</code> and read the trace of the message. Any <code>+label</code> may follow the name.</p>`;

/** No script, no form, no navigation, no remote load. */
const framePolicy =
  '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; style-src \'unsafe-inline\'; img-src data:">';

/** The frame's document is an attribute value, escaped once. The frame has an opaque origin. */
const frame = (content: string): Markup =>
  new Markup(
    `<iframe title="HTML part" sandbox="" referrerpolicy="no-referrer" srcdoc="${escapeHtml(framePolicy + content)}"></iframe>`,
  );

const attachmentsMarkup = (attachments: Preview['attachments']): readonly Markup[] =>
  attachments.length === 0
    ? []
    : [
        html`<h2>Attachments</h2><ul>${attachments.map(
          ({ filename, contentType, size }) =>
            html`<li>${filename ?? 'without a name'} <span class="soft">${contentType}, ${bytes(size)}</span></li>`,
        )}</ul>`,
      ];

const partsMarkup = ({ text, html: content, attachments }: Preview): Markup =>
  html`${content === undefined ? [] : [html`<h2>HTML</h2>`, frame(content), html`<p class="soft">Pictures are not loaded and links do not open here: reading is not counted.</p>`]}${text === undefined ? [] : [html`<h2>Text</h2><pre tabindex="0">${text}</pre>`]}${attachmentsMarkup(attachments)}`;

type Shown = {
  readonly row: SandboxDetail;
  readonly read: Preview;
  readonly story: MessageDetail | undefined;
  /** The link back to the list, when the signed link opens the list too. */
  readonly back: Markup;
};

const messageMarkup = ({ row, read, story, back }: Shown): Markup =>
  html`${back}<h1>${read.subject ?? '(no subject)'}</h1>
<dl><dt>To</dt><dd>${row.rcptTo}</dd><dt>From</dt><dd>${read.from ?? ''}</dd><dt>Return path</dt><dd>${row.mailFrom || '<>'}</dd><dt>Received</dt><dd>${time(row.receivedAt)}${row.tls === undefined ? '' : `, over ${row.tls}`}</dd></dl>
${partsMarkup(read)}${traceMarkup(story, row.deliveryId)}<details><summary>Headers</summary><dl>${headerList(row.bytes).map(({ name, value }) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl></details>`;

/** The message of this copy, while it is stored. */
const storyOf = async ({ accountId, messageId }: SandboxDetail, { stores }: Dependencies) =>
  accountId === undefined || messageId === undefined ? undefined : stores.messages.one(accountId, messageId);

type BoxRequest = { Params: { id: string } };

export function sandboxPages(app: App, dependencies: Dependencies): void {
  const { linkKey, now, stores } = dependencies;
  app.get('/sandbox', { schema: { hide: true } }, async (request, reply) => {
    const t = token(request.query);
    const opened = openSandboxLink(linkKey, t, { boxId: undefined, now: now() });
    if (opened === undefined) return closed(reply);
    const rows = await stores.sandbox.list(opened.accountId, { limit: PAGE_SIZE, withHead: true });
    return reply.headers(pageHeaders).send(page('Sandbox', listMarkup(rows, t)));
  });
  app.get<BoxRequest>('/sandbox/:id', { schema: { hide: true } }, async (request, reply) => {
    const boxId = parsePublicId('box', request.params.id);
    const t = token(request.query);
    const opened = boxId && openSandboxLink(linkKey, t, { boxId, now: now() });
    if (!opened) return closed(reply);
    const row = await stores.sandbox.one(opened.accountId, boxId);
    if (row === undefined) return closed(reply);
    const [read, story] = await Promise.all([preview(row.bytes), storyOf(row, dependencies)]);
    const opensList = openSandboxLink(linkKey, t, { boxId: undefined, now: now() }) !== undefined;
    const back = opensList ? html`<p><a href="/sandbox?t=${t}">All messages</a></p>` : html``;
    const body = messageMarkup({ row, read, story, back });
    return reply.headers(pageHeaders).send(page(read.subject ?? 'Message', body));
  });
}
