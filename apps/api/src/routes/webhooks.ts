import { idParams } from '@waybill/contract/id';
import { listQuery } from '@waybill/contract/list';
import {
  webhook,
  webhookBody,
  webhookPatch,
  webhookReplayed,
  webhookReplayQuery,
  webhookRotateBody,
  webhookSecret,
} from '@waybill/contract/webhook';
import { given } from '@waybill/relay/given';
import { found } from '@waybill/relay/management/found';
import { replayRange } from '@waybill/relay/management/webhook-deliveries';
import {
  changeWebhook,
  createWebhook,
  pauseWebhook,
  removeWebhook,
  resumeWebhook,
  rotateWebhookSecret,
  webhookView,
} from '@waybill/relay/management/webhooks';
import type { App, Dependencies } from '../dependencies.ts';
import { innerId } from '../inner-id.ts';
import { listRoute } from '../list-route.ts';
import { accountOf, callerOf } from '../request.ts';
import { route } from '../route.ts';

const tags = ['Webhooks'];
const params = idParams('wh');
const minute = 60_000;
const graceMinutes = 1_440;

export function webhookRoutes(app: App, dependencies: Dependencies): void {
  const { webhooks } = dependencies.stores;
  listRoute(app, dependencies, {
    url: '/v1/webhooks',
    operationId: 'listWebhooks',
    summary: 'Webhooks, without their secrets',
    description: 'Where the events of the account are sent.',
    tags,
    cursor: 'webhooks',
    query: listQuery,
    item: webhook,
    rows: (page, request) => webhooks.list(accountOf(request), page),
    view: webhookView,
  });
  route(app, {
    method: 'POST',
    url: '/v1/webhooks',
    operationId: 'createWebhook',
    summary: 'Make a webhook; its secret is shown once',
    description:
      'Each event is sent as a POST that is signed by Standard Webhooks 1.0. With backfill_since it gets the events from that time on too.',
    tags,
    body: webhookBody,
    answer: webhookSecret,
    statuses: [201],
    idempotent: true,
    refusals: ['conflict'],
    run: async (request) => {
      const { backfill_since: since, ...settings } = request.body;
      const asked = { ...settings, backfillSince: since === undefined ? undefined : new Date(since) };
      const { row, secret } = await createWebhook(asked, callerOf(request), dependencies);
      return { ...webhookView(row), secret };
    },
  });
  oneRoutes(app, dependencies);
  secretRoute(app, dependencies);
  replayRoute(app, dependencies);
  switchRoutes(app, dependencies);
}

function oneRoutes(app: App, dependencies: Dependencies): void {
  route(app, {
    method: 'GET',
    url: '/v1/webhooks/:id',
    operationId: 'getWebhook',
    summary: 'One webhook',
    description: 'Its settings and whether it works, never its secret.',
    tags,
    params,
    answer: webhook,
    run: async (request) => {
      const id = innerId('wh', request.params.id);
      return webhookView(found(await dependencies.stores.webhooks.one(accountOf(request), id)));
    },
  });
  route(app, {
    method: 'PATCH',
    url: '/v1/webhooks/:id',
    operationId: 'updateWebhook',
    summary: 'Change a webhook',
    description: 'Fields that are not given stay as they are. Deliveries that wait are sent to the new URL.',
    tags,
    params,
    body: webhookPatch,
    answer: webhook,
    run: async (request) => {
      const { status, ...settings } = request.body;
      const change = { id: innerId('wh', request.params.id), settings: given(settings), status };
      return webhookView(await changeWebhook(change, callerOf(request), dependencies));
    },
  });
  route(app, {
    method: 'DELETE',
    url: '/v1/webhooks/:id',
    operationId: 'deleteWebhook',
    summary: 'Delete a webhook',
    description: 'What waits for it is given up.',
    tags,
    params,
    run: (request) => removeWebhook(innerId('wh', request.params.id), callerOf(request), dependencies),
  });
}

function secretRoute(app: App, dependencies: Dependencies): void {
  route(app, {
    method: 'POST',
    url: '/v1/webhooks/:id/rotate-secret',
    operationId: 'rotateWebhookSecret',
    summary: 'A new secret; the old one signs too for the grace period',
    description: 'The new secret is shown in this answer only.',
    tags,
    params,
    body: webhookRotateBody,
    answer: webhookSecret,
    idempotent: true,
    run: async (request) => {
      const graceMs = (request.body?.grace_minutes ?? graceMinutes) * minute;
      const asked = { id: innerId('wh', request.params.id), graceMs };
      const { row, secret } = await rotateWebhookSecret(asked, callerOf(request), dependencies);
      return { ...webhookView(row), secret };
    },
  });
}

function replayRoute(app: App, dependencies: Dependencies): void {
  route(app, {
    method: 'POST',
    url: '/v1/webhooks/:id/replay',
    operationId: 'replayWebhook',
    summary: 'Send the events of a time range again',
    description:
      'Failed deliveries are queued once more, and events that the webhook never got, for instance while it was disabled, are sent to it. A receiver notices a repetition by webhook-id.',
    tags,
    params,
    query: webhookReplayQuery,
    answer: webhookReplayed,
    refusals: ['conflict'],
    run: async (request) => {
      const { since, until, which } = request.query;
      const asked = {
        webhookId: innerId('wh', request.params.id),
        since: new Date(since),
        until: until === undefined ? undefined : new Date(until),
        withDelivered: which === 'all',
      };
      return { queued: await replayRange(asked, callerOf(request), dependencies) };
    },
  });
}

function switchRoutes(app: App, dependencies: Dependencies): void {
  route(app, {
    method: 'POST',
    url: '/v1/webhooks/:id/pause',
    operationId: 'pauseWebhook',
    summary: 'Send nothing until it is resumed',
    description: 'Events are recorded meanwhile and wait.',
    tags,
    params,
    answer: webhook,
    run: async (request) =>
      webhookView(await pauseWebhook(innerId('wh', request.params.id), callerOf(request), dependencies)),
  });
  route(app, {
    method: 'POST',
    url: '/v1/webhooks/:id/resume',
    operationId: 'resumeWebhook',
    summary: 'Send what waits, also to a webhook that was disabled',
    description:
      'Events that came while it was disabled were not recorded: ask for a replay since that time.',
    tags,
    params,
    answer: webhook,
    run: async (request) =>
      webhookView(await resumeWebhook(innerId('wh', request.params.id), callerOf(request), dependencies)),
  });
}
