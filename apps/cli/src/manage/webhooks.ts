/** `waybill webhook …` */
import { parsePublicId } from '@waybill/relay/id';
import type { WebhookRecord } from '@waybill/relay/management/webhook-records';
import { pauseWebhook, removeWebhook, resumeWebhook, webhookView } from '@waybill/relay/management/webhooks';
import { details, table } from './output.ts';
import type { Session } from './session.ts';

const PAGE = 100;

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
