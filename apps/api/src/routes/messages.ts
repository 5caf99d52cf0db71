import { idParams } from '@waybill/contract/id';
import { message, messageQuery, messageSummary, searchIsBounded, trace } from '@waybill/contract/message';
import { given } from '@waybill/relay/given';
import { type IdPrefix, parsePublicId } from '@waybill/relay/id';
import { found } from '@waybill/relay/management/found';
import type { z } from 'zod';
import type { App, Dependencies } from '../dependencies.ts';
import { innerId, innerIdOrNone } from '../inner-id.ts';
import { listRoute } from '../list-route.ts';
import { messageView, summaryView } from '../message-view.ts';
import { accountOf } from '../request.ts';
import { route } from '../route.ts';
import { onlyTests } from '../test-key.ts';
import { traceView } from '../trace-view.ts';

type Query = z.output<typeof messageQuery>;

/** An id that no row has. */
const noId = '00000000-0000-0000-0000-000000000000';

/** By id or by name; an unknown name matches nothing. */
async function streamIdOf(text: string | undefined, accountId: string, dependencies: Dependencies) {
  if (text === undefined) return undefined;
  const id = parsePublicId('str', text);
  if (id !== undefined) return id;
  const streams = await dependencies.stores.streams.list(accountId);
  return streams.find(({ name }) => name === text)?.id ?? noId;
}

const dateOf = (text: string | undefined): Date | undefined =>
  text === undefined ? undefined : new Date(text);

/** Searches by id when the text is an id that lists show, else by words. */
const filterOfId = {
  msg: 'id',
  dlv: 'deliveryId',
  att: 'attemptId',
  evt: 'eventId',
  cred: 'credentialId',
  key: 'credentialId',
  str: 'streamId',
} as const satisfies Partial<Record<IdPrefix, string>>;

function searchOf(q: string | undefined): Readonly<Record<string, string>> {
  if (q === undefined) return {};
  const text = q.trim().toLowerCase();
  for (const [prefix, name] of Object.entries(filterOfId)) {
    const id = parsePublicId(prefix as IdPrefix, text);
    if (id !== undefined) return { [name]: id };
  }
  return { q };
}

const credentialIdOf = (text: string | undefined): string | undefined =>
  innerIdOrNone(text?.startsWith('key_') ? 'key' : 'cred', text);

async function filterOf(query: Query, accountId: string, dependencies: Dependencies) {
  const { limit: _, after: __, custom_id, credential, stream, since, until, q, ...same } = query;
  const search = searchOf(q);
  const asked: Record<string, unknown> = given({
    ...same,
    customId: custom_id,
    credentialId: credentialIdOf(credential),
    streamId: await streamIdOf(stream, accountId, dependencies),
    since: dateOf(since),
    until: dateOf(until),
  });
  // A filter and a search that name two different ids of one kind match no message.
  const isContradiction = Object.entries(search).some(([name, id]) => name in asked && asked[name] !== id);
  return { ...search, ...asked, ...(isContradiction ? { id: noId } : {}) };
}

export function messageRoutes(app: App, dependencies: Dependencies): void {
  const { messages } = dependencies.stores;
  listRoute(app, dependencies, {
    url: '/v1/messages',
    operationId: 'listMessages',
    summary: 'Messages, newest first',
    description: searchIsBounded,
    tags: ['Messages'],
    cursor: 'messages',
    query: messageQuery,
    item: messageSummary,
    rows: async (page, request) => {
      const accountId = accountOf(request);
      const filter = await filterOf(request.query, accountId, dependencies);
      return messages.list(accountId, { ...page, ...filter, ...onlyTests(request) });
    },
    view: summaryView,
  });
  route(app, {
    method: 'GET',
    url: '/v1/messages/:id',
    operationId: 'getMessage',
    summary: 'One message with its deliveries',
    description: 'Shows the message, its status over all recipients, and each delivery with its reason.',
    tags: ['Messages'],
    params: idParams('msg'),
    answer: message,
    run: async (request) =>
      messageView(found(await messages.one(accountOf(request), innerId('msg', request.params.id)))),
  });
  route(app, {
    method: 'GET',
    url: '/v1/messages/:id/trace',
    operationId: 'getMessageTrace',
    summary: 'What was done to it and why',
    description:
      'One document in the order of causes: the session, the decision whose message it is, every step, every attempt with its conversation, and later events.',
    tags: ['Messages'],
    params: idParams('msg'),
    answer: trace,
    run: async (request) =>
      traceView(found(await messages.one(accountOf(request), innerId('msg', request.params.id)))),
  });
}
