/** `waybill webhook …` */
import { parsePublicId } from '@waybill/relay/id';
import { found } from '@waybill/relay/management/found';
import {
  replayDelivery,
  replayRange,
  webhookDeliveryView,
} from '@waybill/relay/management/webhook-deliveries';
import type { WebhookRecord } from '@waybill/relay/management/webhook-records';
import { pauseWebhook, removeWebhook, resumeWebhook, webhookView } from '@waybill/relay/management/webhooks';
import { details, table } from './output.ts';
import type { Session } from './session.ts';

const PAGE = 100;
const NEWEST = 20;

function idOf(text: string): string {
  const id = parsePublicId('wh', text);
  if (id === undefined)
    throw new Error(`${text} is no webhook id.\nFix: waybill webhook list shows ids like wh_….`);
  return id;
}

export async function listWebhooks(session: Session): Promise<void> {
  const { id: accountId } = await session.account();
  const rows = await session.ports.stores.webhooks.list(accountId, { limit: PAGE });
  const views = rows.map(webhookView);
  const lines = views.map(({ id, status, url, failing_since: failing, last_success_at: success }) => ({
    id,
    status,
    failing,
    success,
    url,
  }));
  session.print({ object: 'list', data: views }, table(lines, 'This account has no webhook.'));
}

const show = (session: Session, row: WebhookRecord): void => {
  const view = webhookView(row);
  session.print(view, details(view));
};

type DeliveryView = ReturnType<typeof webhookDeliveryView>;

const deliveryLine = ({
  id,
  occurred_at: occurred,
  event_type: event,
  last_attempt: last,
  ...row
}: DeliveryView) => ({
  id,
  occurred,
  event,
  status: row.status,
  attempts: row.attempts,
  answer: last?.status_code ?? last?.error,
});

export async function showWebhook(session: Session, text: string): Promise<void> {
  const { id: accountId } = await session.account();
  const { webhooks, webhookDeliveries } = session.ports.stores;
  const id = idOf(text);
  const row = found(await webhooks.one(accountId, id));
  const newest = await webhookDeliveries.list(accountId, id, { limit: NEWEST });
  const view = { ...webhookView(row), deliveries: newest.map(webhookDeliveryView) };
  const lines = table(view.deliveries.map(deliveryLine), 'Nothing was sent to it yet.');
  session.print(view, `${details(view)}\n\n${lines}`);
}

/** Times in RFC 3339. */
export type ReplayOptions = { readonly since?: Date; readonly until?: Date; readonly all: boolean };

/** One delivery, or what failed in a range of time. */
export async function replayWebhook(
  session: Session,
  text: string,
  { since, until, all: withDelivered }: ReplayOptions,
): Promise<void> {
  const { id: accountId } = await session.account();
  const caller = session.caller(accountId);
  const deliveryId = parsePublicId('whd', text);
  if (deliveryId !== undefined) {
    if (since !== undefined || until !== undefined || withDelivered)
      throw new Error(
        `${text} is one delivery.\nFix: leave out --since, --until and --all, or give the webhook.`,
      );
    const view = webhookDeliveryView(await replayDelivery(deliveryId, caller, session.ports));
    session.print(view, details(view));
    return;
  }
  const webhookId = idOf(text);
  if (since === undefined)
    throw new Error(
      'A webhook is replayed since a time.\nFix: give --since, for example --since 2026-01-31T00:00:00Z.',
    );
  const queued = await replayRange({ webhookId, since, until, withDelivered }, caller, session.ports);
  session.print({ queued }, `Deliveries that are sent again: ${queued}.`);
}

export async function stopWebhook(session: Session, text: string): Promise<void> {
  const { id } = await session.account();
  show(session, await pauseWebhook(idOf(text), session.caller(id), session.ports));
}

export async function letWebhookGoOn(session: Session, text: string): Promise<void> {
  const { id } = await session.account();
  show(session, await resumeWebhook(idOf(text), session.caller(id), session.ports));
}

export async function dropWebhook(session: Session, text: string): Promise<void> {
  const { id } = await session.account();
  await removeWebhook(idOf(text), session.caller(id), session.ports);
  session.print({ id: text, removed: true }, `${text} is removed.`);
}
