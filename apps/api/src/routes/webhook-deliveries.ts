import { idParams } from '@waybill/contract/id';
import { webhookDelivery, webhookDeliveryDetail, webhookDeliveryQuery } from '@waybill/contract/webhook';
import { given } from '@waybill/relay/given';
import { found } from '@waybill/relay/management/found';
import {
  replayDelivery,
  testWebhook,
  webhookDeliveryDetailView,
  webhookDeliveryView,
} from '@waybill/relay/management/webhook-deliveries';
import type { App, Dependencies } from '../dependencies.ts';
import { innerId, innerIdOrNone } from '../inner-id.ts';
import { listRoute } from '../list-route.ts';
import { accountOf, callerOf } from '../request.ts';
import { route } from '../route.ts';

const tags = ['Webhooks'];

export function webhookDeliveryRoutes(app: App, dependencies: Dependencies): void {
  const { webhooks, webhookDeliveries } = dependencies.stores;
  listRoute(app, dependencies, {
    url: '/v1/webhooks/:id/deliveries',
    operationId: 'listWebhookDeliveries',
    summary: 'What was sent to a webhook, newest event first',
    description: 'Each with its last attempt and what the endpoint answered.',
    tags,
    cursor: 'webhook-deliveries',
    params: idParams('wh'),
    query: webhookDeliveryQuery,
    item: webhookDelivery,
    rows: async (page, request) => {
      const accountId = accountOf(request);
      const { id } = request.params as { id: string };
      const webhookId = innerId('wh', id);
      found(await webhooks.one(accountId, webhookId));
      const { status, event_type: eventType, event_id, message_id } = request.query;
      const eventId = innerIdOrNone('evt', event_id);
      const messageId = innerIdOrNone('msg', message_id);
      const query = { ...page, ...given({ status, eventType, eventId, messageId }) };
      return webhookDeliveries.list(accountId, webhookId, query);
    },
    view: webhookDeliveryView,
  });
  route(app, {
    method: 'GET',
    url: '/v1/webhooks/deliveries/:id',
    operationId: 'getWebhookDelivery',
    summary: 'One delivery with its request and all answers',
    description: 'The signature and its time are made anew for each attempt.',
    tags,
    params: idParams('whd'),
    answer: webhookDeliveryDetail,
    run: async (request) => {
      const id = innerId('whd', request.params.id);
      return webhookDeliveryDetailView(found(await webhookDeliveries.one(accountOf(request), id)));
    },
  });
  actionRoutes(app, dependencies);
}

function actionRoutes(app: App, dependencies: Dependencies): void {
  route(app, {
    method: 'POST',
    url: '/v1/webhooks/:id/test',
    operationId: 'testWebhook',
    summary: 'Send a test event',
    description:
      'It goes before everything that waits. The answer is the delivery: read it again for what the endpoint answered.',
    tags,
    params: idParams('wh'),
    answer: webhookDelivery,
    statuses: [202],
    refusals: ['conflict'],
    run: async (request) =>
      webhookDeliveryView(
        await testWebhook(innerId('wh', request.params.id), callerOf(request), dependencies),
      ),
  });
  route(app, {
    method: 'POST',
    url: '/v1/webhooks/deliveries/:id/replay',
    operationId: 'replayWebhookDelivery',
    summary: 'Send one delivery again',
    description: 'With the same body and webhook-id, and all attempts of the schedule.',
    tags,
    params: idParams('whd'),
    answer: webhookDelivery,
    statuses: [202],
    refusals: ['conflict'],
    run: async (request) =>
      webhookDeliveryView(
        await replayDelivery(innerId('whd', request.params.id), callerOf(request), dependencies),
      ),
  });
}
