/** `/webhooks`: webhooks as Resend makes, lists, changes and removes them. Their bodies are those of Waybill. */
import { idParams } from '@waybill/contract/id';
import { resendListOf, resendListQuery } from '@waybill/contract/resend/list';
import {
  resendWebhook,
  resendWebhookBody,
  resendWebhookChanged,
  resendWebhookItem,
  resendWebhookMade,
  resendWebhookPatch,
  resendWebhookRemoved,
} from '@waybill/contract/resend/webhook';
import { given } from '@waybill/relay/given';
import { publicId } from '@waybill/relay/id';
import { found } from '@waybill/relay/management/found';
import type { WebhookRecord } from '@waybill/relay/management/webhook-records';
import {
  changeWebhook,
  createWebhook,
  removeWebhook,
  rotateWebhookSecret,
} from '@waybill/relay/management/webhooks';
import type { App, Dependencies } from '../dependencies.ts';
import { innerId } from '../inner-id.ts';
import { accountOf, callerOf } from '../request.ts';
import { route } from '../route.ts';
import { resendList, resendPage } from './resend-list.ts';
import { fromResend, toResend } from './webhook-events.ts';

const tags = ['Resend'];
const dialect = 'resend';
const params = idParams('wh');
const object = 'webhook' as const;
const GRACE_MS = 86_400_000;

const itemOf = (row: WebhookRecord) => ({
  id: publicId('wh', row.id),
  created_at: row.createdAt.toISOString(),
  status: row.status === 'active' ? ('enabled' as const) : ('disabled' as const),
  endpoint: row.url,
  events: [...toResend(row.events)],
});

export function resendWebhookRoutes(app: App, dependencies: Dependencies): void {
  const { webhooks } = dependencies.stores;
  route(app, {
    method: 'GET',
    url: '/webhooks',
    operationId: 'listResendWebhooks',
    summary: 'Webhooks, as Resend lists them',
    description: 'Events without a name at Resend are left out.',
    tags,
    dialect,
    query: resendListQuery('wh'),
    answer: resendListOf(resendWebhookItem),
    run: async (request) => {
      const { query } = request;
      const rows = await webhooks.list(accountOf(request), resendPage('wh', query));
      return resendList(rows, { query, view: itemOf });
    },
  });
  route(app, {
    method: 'GET',
    url: '/webhooks/:id',
    operationId: 'getResendWebhook',
    summary: 'One webhook, as Resend shows it',
    description: 'Its secret was shown when it was made.',
    tags,
    dialect,
    params,
    answer: resendWebhook,
    run: async (request) => {
      const row = found(await webhooks.one(accountOf(request), innerId('wh', request.params.id)));
      return { object, ...itemOf(row), signing_secret: null };
    },
  });
  makingRoutes(app, dependencies);
  changingRoutes(app, dependencies);
}

function makingRoutes(app: App, dependencies: Dependencies): void {
  route(app, {
    method: 'POST',
    url: '/webhooks',
    operationId: 'createResendWebhook',
    summary: 'Make a webhook; its secret is shown once',
    description: 'Requests have the body of Waybill, signed by Standard Webhooks as at Resend.',
    tags,
    dialect,
    body: resendWebhookBody,
    answer: resendWebhookMade,
    statuses: [201],
    idempotent: true,
    refusals: ['conflict'],
    run: async (request) => {
      const { endpoint: url, events } = request.body;
      const asked = { url, events: fromResend(events), description: '', shape: 'waybill' } as const;
      const made = await createWebhook(
        { ...asked, backfillSince: undefined },
        callerOf(request),
        dependencies,
      );
      return { object, id: publicId('wh', made.row.id), signing_secret: made.secret };
    },
  });
  route(app, {
    method: 'POST',
    url: '/webhooks/:id/signing-secret/rotate',
    operationId: 'rotateResendWebhookSecret',
    summary: 'A new secret; the old one signs too for a day',
    description: 'The new secret is shown in this answer only.',
    tags,
    dialect,
    params,
    answer: resendWebhookMade,
    run: async (request) => {
      const asked = { id: innerId('wh', request.params.id), graceMs: GRACE_MS };
      const { secret } = await rotateWebhookSecret(asked, callerOf(request), dependencies);
      return { object, id: request.params.id, signing_secret: secret };
    },
  });
}

function changingRoutes(app: App, dependencies: Dependencies): void {
  route(app, {
    method: 'PATCH',
    url: '/webhooks/:id',
    operationId: 'updateResendWebhook',
    summary: 'Change a webhook',
    description: 'A disabled webhook is paused: its events wait until it is enabled.',
    tags,
    dialect,
    params,
    body: resendWebhookPatch,
    answer: resendWebhookChanged,
    run: async (request) => {
      const { endpoint: url, events, status } = request.body;
      const settings = given({ url, events: events && fromResend(events) });
      const wanted = status && ({ enabled: 'active', disabled: 'paused' } as const)[status];
      const change = { id: innerId('wh', request.params.id), settings, status: wanted };
      await changeWebhook(change, callerOf(request), dependencies);
      return { object, id: request.params.id };
    },
  });
  route(app, {
    method: 'DELETE',
    url: '/webhooks/:id',
    operationId: 'removeResendWebhook',
    summary: 'Delete a webhook',
    description: 'What waits for it is given up.',
    tags,
    dialect,
    params,
    answer: resendWebhookRemoved,
    run: async (request) => {
      await removeWebhook(innerId('wh', request.params.id), callerOf(request), dependencies);
      return { object, id: request.params.id, deleted: true as const };
    },
  });
}
