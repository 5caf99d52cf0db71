/** The content of a message in parts. HTML is sent with headers that stop a browser from running it. */
import { idParams } from '@waybill/contract/id';
import { contentQuery } from '@waybill/contract/message';
import { fieldsNamed, parseHeaders } from '@waybill/mail/headers';
import { applyPatch, decodePatch, makePatch } from '@waybill/mail/patch';
import { found } from '@waybill/relay/management/found';
import { faultAt } from '@waybill/relay/management/request-fault';
import type { z } from 'zod';
import { type Content, sendContent } from '../content-reply.ts';
import type { App, Dependencies } from '../dependencies.ts';
import { innerId } from '../inner-id.ts';
import { preview } from '../preview.ts';
import { accountOf } from '../request.ts';
import { route } from '../route.ts';

type Query = z.output<typeof contentQuery>;
const RFC822 = 'message/rfc822';
const TEXT = 'text/plain; charset=utf-8';
const HTML = 'text/html; charset=utf-8';

/** What the client sent, without our own header and its MAC. */
function withoutAccountHeader(bytes: Buffer): Buffer {
  const ours = fieldsNamed(parseHeaders(bytes).fields, 'X-Waybill-Account');
  const splices = ours.map(({ start = 0, raw }) => ({
    start,
    end: start + raw.length,
    insert: Buffer.alloc(0),
  }));
  return applyPatch(bytes, makePatch(splices));
}

const headersOf = (bytes: Buffer): string => bytes.toString('utf8', 0, parseHeaders(bytes).end);

/** The bytes that left or would leave: stored source with its patch. */
async function deliveredOf(
  accountId: string,
  messageId: string,
  { query, dependencies }: Asked,
): Promise<Content> {
  if (query.delivery === undefined) throw faultAt('/delivery', 'is needed for part=delivered');
  const copy = found(await dependencies.stores.messages.patchOf(accountId, innerId('dlv', query.delivery)));
  // Answers 404 for a copy of another message and for one that was not prepared.
  const patch = found(copy.messageId === messageId ? copy.patch : undefined);
  return { type: RFC822, body: applyPatch(copy.source, decodePatch(patch)) };
}

type Asked = { readonly query: Query; readonly dependencies: Dependencies };

async function contentOf(accountId: string, messageId: string, asked: Asked): Promise<Content> {
  if (asked.query.part === 'delivered') return deliveredOf(accountId, messageId, asked);
  const bytes = withoutAccountHeader(
    found(await asked.dependencies.stores.messages.content(accountId, messageId)),
  );
  if (asked.query.part === 'raw') return { type: RFC822, body: bytes };
  if (asked.query.part === 'headers') return { type: TEXT, body: headersOf(bytes) };
  const { html, text } = await preview(bytes);
  if (asked.query.part === 'html')
    return { type: HTML, body: found(html), hasImages: asked.query.images === 'true' };
  return { type: TEXT, body: found(text) };
}

export function messageContentRoutes(app: App, dependencies: Dependencies): void {
  route(app, {
    method: 'GET',
    url: '/v1/messages/:id/content',
    operationId: 'getMessageContent',
    summary: 'The message as sent, in parts, or as it left for one recipient',
    description:
      'For part=delivered name the delivery, because each recipient has a copy of its own. HTML is sent so that no browser runs it.',
    tags: ['Messages'],
    params: idParams('msg'),
    query: contentQuery,
    produces: [RFC822, 'text/plain', 'text/html'],
    accountInQuery: true,
    run: async (request, reply) => {
      const asked = { query: request.query, dependencies };
      return sendContent(
        reply,
        await contentOf(accountOf(request), innerId('msg', request.params.id), asked),
      );
    },
  });
}
