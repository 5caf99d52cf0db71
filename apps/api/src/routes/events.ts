import { event, eventQuery } from '@waybill/contract/event';
import { idParams } from '@waybill/contract/id';
import { listOf } from '@waybill/contract/list';
import { eventView } from '@waybill/relay/events/event-view';
import { given } from '@waybill/relay/given';
import { found } from '@waybill/relay/management/found';
import type { App, Dependencies } from '../dependencies.ts';
import { EVENTS_CURSOR, type EventRow, typesOf } from '../event-filter.ts';
import { innerId, innerIdOrNone } from '../inner-id.ts';
import { listRoute, wholeList } from '../list-route.ts';
import { accountOf } from '../request.ts';
import { route } from '../route.ts';
import { onlyTests } from '../test-key.ts';

export function eventRoutes(app: App, dependencies: Dependencies): void {
  const { events, messages } = dependencies.stores;
  listRoute(app, dependencies, {
    url: '/v1/events',
    operationId: 'listEvents',
    summary: 'Events, oldest first',
    description:
      'Events of messages and of the account, in the order in which they were committed. Whenever there was an event there is a next_cursor: ask with it again for what happened since. No event is ever missed.',
    tags: ['Events'],
    cursor: EVENTS_CURSOR,
    isTail: true,
    keyOf: ({ position }) => position,
    query: eventQuery,
    item: event,
    rows: (page, request) => {
      const { types, message_id, delivery_id, since, until } = request.query;
      const filter = given({
        types: typesOf(types),
        messageId: innerIdOrNone('msg', message_id),
        deliveryId: innerIdOrNone('dlv', delivery_id),
        since: since === undefined ? undefined : new Date(since),
        until: until === undefined ? undefined : new Date(until),
      });
      const all = { ...page, ...filter, ...onlyTests(request) };
      return events.since(accountOf(request), all);
    },
    view: (row: EventRow) => eventView(row),
  });
  route(app, {
    method: 'GET',
    url: '/v1/messages/:id/events',
    operationId: 'listMessageEvents',
    summary: 'Events of one message, oldest first',
    description: 'All events of the message and of its deliveries. sequence numbers them from 1.',
    tags: ['Messages'],
    params: idParams('msg'),
    answer: listOf(event),
    run: async (request) => {
      const accountId = accountOf(request);
      const id = innerId('msg', request.params.id);
      found(await messages.one(accountId, id));
      const rows = await events.ofMessage(accountId, id);
      return wholeList(rows.map(eventView));
    },
  });
}
