import { idParams } from '@waybill/contract/id';
import { message, messageQuery, messageSummary, searchIsBounded, trace } from '@waybill/contract/message';
import { found } from '@waybill/relay/management/found';
import type { App, Dependencies } from '../dependencies.ts';
import { innerId } from '../inner-id.ts';
import { listRoute } from '../list-route.ts';
import { filterOf } from '../message-filter.ts';
import { messageView, summaryView } from '../message-view.ts';
import { accountOf } from '../request.ts';
import { route } from '../route.ts';
import { onlyTests } from '../test-key.ts';
import { traceView } from '../trace-view.ts';

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
      const { limit: _, after: __, format: ___, ...asked } = request.query;
      const filter = await filterOf(asked, accountId, dependencies);
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
