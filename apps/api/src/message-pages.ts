/**
 * One message on a page, read only. The lines that `waybill dev` prints link to it. A signed link opens it, from this machine and
 * in a development installation only. Everything in a message is hostile: text is escaped.
 */

import { isLoopback } from '@waybill/relay/domains/networks';
import { parsePublicId, publicId } from '@waybill/relay/id';
import { openMessageLink } from '@waybill/relay/links/message-link';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { App, Dependencies } from './dependencies.ts';
import { html, type Markup, page, pageHeaders } from './html.ts';
import type { MessageDetail } from './message-view.ts';
import { shownTime, traceMarkup } from './trace-markup.ts';

const closed = (reply: FastifyReply): FastifyReply =>
  reply
    .code(404)
    .headers(pageHeaders)
    .send(
      page(
        'Not here',
        html`<h1>Nothing to see at this address</h1><p>The links that <code>waybill dev</code> prints open one message for 24 hours. With an API key: <code>GET /v1/messages</code>.</p>`,
      ),
    );

const deliveryMarkup = ({ recipient, status, reason }: MessageDetail['deliveries'][number]): Markup =>
  html`<tr><td>${recipient}</td><td><b>${status}</b></td><td>${reason}</td></tr>`;

const messageMarkup = (story: MessageDetail): Markup => {
  const { message, deliveries } = story;
  return html`<h1>${message.subject ?? '(no subject)'}</h1>
<dl><dt>Message</dt><dd><code>${publicId('msg', message.id)}</code></dd><dt>From</dt><dd>${message.headerFrom ?? ''}</dd><dt>Accepted</dt><dd>${shownTime(message.acceptedAt)}</dd></dl>
<h2>Recipients</h2><table><thead><tr><th>To</th><th>Status</th><th>Why</th></tr></thead><tbody>${deliveries.map(deliveryMarkup)}</tbody></table>
${traceMarkup(story, undefined)}`;
};

type MessageRequest = { Params: { id: string } };

const tokenOf = (request: FastifyRequest): string =>
  String((request.query as { t?: unknown }).t ?? '').slice(0, 200);

async function storyOf(
  request: FastifyRequest<MessageRequest>,
  { linkKey, now, stores }: Dependencies,
): Promise<MessageDetail | undefined> {
  const messageId = parsePublicId('msg', request.params.id);
  if (messageId === undefined || !isLoopback(request.ip)) return undefined;
  const accountId = openMessageLink(linkKey, tokenOf(request), { messageId, now: now() });
  return accountId === undefined ? undefined : stores.messages.one(accountId, messageId);
}

export function messagePages(app: App, dependencies: Dependencies): void {
  if (!dependencies.isDevelopment) return;
  app.get<MessageRequest>('/messages/:id', { schema: { hide: true } }, async (request, reply) => {
    const story = await storyOf(request, dependencies);
    if (story === undefined) return closed(reply);
    return reply.headers(pageHeaders).send(page(story.message.subject ?? 'Message', messageMarkup(story)));
  });
}
