import { idParams } from '@waybill/contract/id';
import { listOf } from '@waybill/contract/list';
import { message, messageQuery, messageSummary, searchIsBounded, trace } from '@waybill/contract/message';
import { parsePublicId } from '@waybill/relay/id';
import type { z } from 'zod';
import { answers } from '../answers.ts';
import { given } from '../given.ts';
import { innerId, innerIdOrNone } from '../inner-id.ts';
import { messageView, summaryView } from '../message-view.ts';
import { accountOf, found } from '../request.ts';
import { traceView } from '../trace-view.ts';
import type { App, World } from '../world.ts';

const LIST = 'messages';
const reading = { scope: 'messages:read' } as const;

type Query = z.output<typeof messageQuery>;

/** By id or by name; a name that is nobody's matches nothing, by an id that is nobody's. */
async function streamIdOf(text: string | undefined, accountId: string, world: World) {
  if (text === undefined) return undefined;
  const id = parsePublicId('str', text);
  if (id !== undefined) return id;
  const streams = await world.stores.streams.list(accountId);
  return streams.find(({ name }) => name === text)?.id ?? '00000000-0000-0000-0000-000000000000';
}

const dateOf = (text: string | undefined): Date | undefined =>
  text === undefined ? undefined : new Date(text);

async function filterOf(query: Query, accountId: string, world: World) {
  const { limit, after, custom_id, credential, stream, since, until, ...same } = query;
  return {
    limit: limit + 1,
    ...given({
      ...same,
      after: world.cursors.read(LIST, after),
      customId: custom_id,
      credentialId: innerIdOrNone('cred', credential),
      streamId: await streamIdOf(stream, accountId, world),
      since: dateOf(since),
      until: dateOf(until),
    }),
  };
}

export function messageRoutes(app: App, world: World): void {
  const { messages } = world.stores;
  app.get(
    '/v1/messages',
    {
      schema: {
        summary: 'Messages, newest first',
        description: searchIsBounded,
        tags: ['Messages'],
        querystring: messageQuery,
        response: answers({ 200: listOf(messageSummary) }),
      },
      config: reading,
    },
    async (request) => {
      const accountId = accountOf(request);
      const filter = await filterOf(request.query, accountId, world);
      const { rows, searchedTo } = await messages.list(accountId, filter);
      return world.cursors.page(LIST, rows, { limit: request.query.limit, view: summaryView, searchedTo });
    },
  );
  app.get(
    '/v1/messages/:id',
    {
      schema: {
        summary: 'One message with its deliveries',
        tags: ['Messages'],
        params: idParams('msg'),
        response: answers({ 200: message }),
      },
      config: reading,
    },
    async (request) =>
      messageView(found(await messages.one(accountOf(request), innerId('msg', request.params.id)))),
  );
  app.get(
    '/v1/messages/:id/trace',
    {
      schema: {
        summary: 'What was done to it and why',
        tags: ['Messages'],
        params: idParams('msg'),
        response: answers({ 200: trace }),
      },
      config: reading,
    },
    async (request) =>
      traceView(found(await messages.one(accountOf(request), innerId('msg', request.params.id)))),
  );
}
