import { idParams } from '@waybill/contract/id';
import { actionsBody, actionsDone, message, moved } from '@waybill/contract/message';
import { rescheduleBody } from '@waybill/contract/send';
import { publicId } from '@waybill/relay/id';
import { actOnMessages } from '@waybill/relay/management/bulk-actions';
import { found } from '@waybill/relay/management/found';
import { actOnMessage, rescheduleMessage } from '@waybill/relay/management/message-actions';
import type { App, Dependencies } from '../dependencies.ts';
import { innerId } from '../inner-id.ts';
import { filterOf } from '../message-filter.ts';
import { messageView } from '../message-view.ts';
import { accountOf, callerOf } from '../request.ts';
import { route } from '../route.ts';
import { readScheduledAt } from '../scheduled-at.ts';
import { onlyTests } from '../test-key.ts';

const tags = ['Messages'];
const CURSOR = 'message-actions';

const words = {
  cancel: {
    summary:
      'Stop what has not been delivered yet; a message that is not prepared ends with all its recipients',
    description:
      'What is on its way at this moment, or has come to an end, stays as it is. A delivery that a server may have (`unknown`) is not sent again and stays `unknown`.',
  },
  retry: {
    summary: 'Try undelivered recipients again now, also those that were given up',
    description:
      'The same message to the recipients that do not have it; recipients with a final answer are left alone.',
  },
  release: {
    summary: 'Let go of a held message, or of its held deliveries',
    description: 'What was held goes on as if it had just come in.',
  },
} as const;

/** A message can be moved until it is prepared; from then on its first attempt may have begun. */
function rescheduleRoute(app: App, dependencies: Dependencies): void {
  route(app, {
    method: 'PATCH',
    url: '/v1/messages/:id',
    operationId: 'rescheduleMessage',
    summary: 'Move the time at which a scheduled message is sent',
    description:
      'Works until the message is prepared for sending. The new time may be at most 30 days ahead.',
    tags,
    params: idParams('msg'),
    body: rescheduleBody,
    answer: message,
    refusals: ['conflict', 'send_time_refused'],
    run: async (request) => {
      const id = innerId('msg', request.params.id);
      const { messages } = dependencies.stores;
      found(await messages.one(accountOf(request), id));
      const sendAt = readScheduledAt(request.body.scheduled_at, dependencies.now());
      await rescheduleMessage({ id, sendAt }, callerOf(request), dependencies);
      return messageView(found(await messages.one(accountOf(request), id)));
    },
  });
}

function bulkRoute(app: App, dependencies: Dependencies): void {
  const { cursors } = dependencies;
  route(app, {
    method: 'POST',
    url: '/v1/messages/actions',
    operationId: 'actOnMessages',
    summary: 'Cancel, retry or release all messages that a filter selects',
    description:
      'The filter is that of the list of messages. `dry_run` counts and changes nothing. A request works for up to 20 seconds, newest messages first; while `has_more` is true, send the same body with `next_cursor` as `after`.',
    tags,
    body: actionsBody,
    answer: actionsDone,
    refusals: ['account_suspended'],
    run: async (request) => {
      const { action, filter: shownFilter, dry_run: isDryRun, after } = request.body;
      const filter = await filterOf(shownFilter, accountOf(request), dependencies);
      const asked = {
        action,
        filter: { ...filter, ...onlyTests(request) },
        shownFilter,
        isDryRun,
        after: cursors.read(CURSOR, after),
      };
      const { matched, changed, next } = await actOnMessages(asked, callerOf(request), dependencies);
      return {
        action,
        dry_run: isDryRun,
        matched,
        changed,
        has_more: next !== undefined,
        next_cursor: next === undefined ? null : cursors.write(CURSOR, next),
      };
    },
  });
}

export function messageActionRoutes(app: App, dependencies: Dependencies): void {
  rescheduleRoute(app, dependencies);
  bulkRoute(app, dependencies);
  for (const action of ['cancel', 'retry', 'release'] as const)
    route(app, {
      method: 'POST',
      url: `/v1/messages/:id/${action}`,
      operationId: `${action}Message`,
      ...words[action],
      tags,
      params: idParams('msg'),
      answer: moved,
      refusals: ['conflict', 'account_suspended'],
      run: async (request) => {
        const asked = { action, id: innerId('msg', request.params.id) };
        const deliveries = await actOnMessage(asked, callerOf(request), dependencies);
        return { id: request.params.id, deliveries: deliveries.map((id) => publicId('dlv', id)) };
      },
    });
}
