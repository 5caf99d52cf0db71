/**
 * Plain pages that show what a recipient got, before there is a dashboard. Opened by a signed link. Everything in a
 * message is hostile: text is escaped, HTML lives in a frame with an origin of its own, without scripts or loads.
 */
import { parsePublicId, publicId } from '@waybill/relay/id';
import { openSandboxLink } from '@waybill/relay/sandbox-link';
import type { FastifyReply } from 'fastify';
import { escapeHtml, html, Markup, page, pageHeaders } from './html.ts';
import { headerList, type Preview, preview } from './preview.ts';
import type { SandboxDetail, SandboxRow } from './sandbox-view.ts';
import type { App, World } from './world.ts';

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

const rowMarkup = (row: SandboxRow, t: string): Markup =>
  html`<tr><td>${row.receivedAt.toISOString()}</td><td><a href="/sandbox/${publicId('box', row.id)}?t=${t}">${row.rcptTo}</a></td><td>${row.mailFrom || '<>'}</td><td>${row.size}</td></tr>`;

const listMarkup = (rows: readonly SandboxRow[], t: string): Markup =>
  rows.length === 0
    ? html`<h1>Sandbox</h1><p>Nothing has arrived yet. Send a message and load this page again.</p>`
    : html`<h1>Sandbox</h1><p>What recipients got, newest first.</p><table><tr><th>Received</th><th>Recipient</th><th>Return path</th><th>Octets</th></tr>${rows.map((row) => rowMarkup(row, t))}</table>`;

/** No script, no form, no navigation, no remote load, whatever the message says. */
const framePolicy =
  '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; style-src \'unsafe-inline\'; img-src data:">';

/** The frame's document is an attribute: escaped once as text, parsed there, in an origin that owns nothing. */
const frame = (content: string): Markup =>
  new Markup(
    `<iframe title="HTML part" sandbox="" referrerpolicy="no-referrer" srcdoc="${escapeHtml(framePolicy + content)}"></iframe>`,
  );

const partsMarkup = ({ text, html: content, attachments }: Preview): Markup =>
  html`${content === undefined ? [] : [html`<h2>HTML</h2><p>Pictures from outside are not loaded here.</p>`, frame(content)]}${text === undefined ? [] : [html`<h2>Text</h2><pre>${text}</pre>`]}${attachments.map(
    ({ filename, contentType, size }) =>
      html`<p>Attachment: ${filename ?? 'without a name'} (${contentType}, ${size} octets)</p>`,
  )}`;

const messageMarkup = (row: SandboxDetail, read: Preview, t: string): Markup =>
  html`<p><a href="/sandbox?t=${t}">All messages</a> (with a link to the list)</p><h1>${read.subject ?? '(no subject)'}</h1>
<table><tr><th>To</th><td>${row.rcptTo}</td></tr><tr><th>From</th><td>${read.from ?? ''}</td></tr><tr><th>Return path</th><td>${row.mailFrom || '<>'}</td></tr><tr><th>Received</th><td>${row.receivedAt.toISOString()}</td></tr></table>
${partsMarkup(read)}<h2>Headers</h2><table>${headerList(row.bytes).map(({ name, value }) => html`<tr><th>${name}</th><td>${value}</td></tr>`)}</table>`;

type BoxRequest = { Params: { id: string } };

export function sandboxPages(app: App, world: World): void {
  const { linkKey, now, stores } = world;
  app.get('/sandbox', { schema: { hide: true } }, async (request, reply) => {
    const t = token(request.query);
    const opened = openSandboxLink(linkKey, t, { boxId: undefined, now: now() });
    if (opened === undefined) return closed(reply);
    const rows = await stores.sandbox.list(opened.accountId, { limit: PAGE_SIZE });
    return reply.headers(pageHeaders).send(page('Sandbox', listMarkup(rows, t)));
  });
  app.get<BoxRequest>('/sandbox/:id', { schema: { hide: true } }, async (request, reply) => {
    const boxId = parsePublicId('box', request.params.id);
    const t = token(request.query);
    const opened = boxId && openSandboxLink(linkKey, t, { boxId, now: now() });
    if (!opened) return closed(reply);
    const row = await stores.sandbox.one(opened.accountId, boxId);
    if (row === undefined) return closed(reply);
    const read = await preview(row.bytes);
    return reply.headers(pageHeaders).send(page(read.subject ?? 'Message', messageMarkup(row, read, t)));
  });
}
