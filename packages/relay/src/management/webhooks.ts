import { publicId } from '../id.ts';
import type { JobProducer } from '../ports.ts';
import { Refusal } from '../refusal.ts';
import { makeWebhookSecret } from '../webhooks/signature.ts';
import { problemOfUrl, type TargetRules } from '../webhooks/target.ts';
import { audit, type Caller, newId } from './audit.ts';
import { found, requireDone } from './found.ts';
import { isoOrNull, orNull } from './or-null.ts';
import { accountOf } from './principal.ts';
import { faultAt } from './request-fault.ts';
import type { Ports } from './stores.ts';
import type { NewWebhookSecret, WebhookRecord, WebhookSettings } from './webhook-records.ts';

export type WebhookPorts = Ports<'webhooks'> & {
  readonly webhookTargets: TargetRules;
  readonly jobs: JobProducer;
  readonly log: { warn(fields: object, message: string): void };
};

/** An account needs few: each gets every event that it asks for. */
const MOST_WEBHOOKS = 50;
const DAY_MS = 86_400_000;
/** How far back events are sent again. */
const MOST_DAYS_BACK = 7;

export const webhookView = (row: WebhookRecord) => ({
  id: publicId('wh', row.id),
  url: row.url,
  description: row.description,
  events: [...row.events],
  shape: row.shape,
  status: row.status,
  status_reason: orNull(row.statusReason),
  created_at: row.createdAt.toISOString(),
  previous_secret_expires_at: isoOrNull(row.previousSecretExpiresAt),
  failing_since: isoOrNull(row.failingSince),
  last_success_at: isoOrNull(row.lastSuccessAt),
  last_failure_at: isoOrNull(row.lastFailureAt),
  recent_requests: { succeeded: row.recentSucceeded, failed: row.recentFailed },
  oldest_due_at: isoOrNull(row.oldestDueAt),
});

/** What the audit log compares: settings, without what changes by itself. */
const settingsView = (row: WebhookRecord) => {
  const { failing_since, last_success_at, last_failure_at, recent_requests, oldest_due_at, ...settings } =
    webhookView(row);
  return settings;
};

function requireUrl(url: string | undefined, rules: TargetRules): void {
  const problem = url === undefined ? undefined : problemOfUrl(url, rules);
  if (problem !== undefined) throw faultAt('/url', problem);
}

/** Refuses a time that lies too far back. */
export function requireRecent(pointer: string, since: Date, now: Date): void {
  if (now.getTime() - since.getTime() > MOST_DAYS_BACK * DAY_MS)
    throw faultAt(pointer, `must be at most ${MOST_DAYS_BACK} days ago`);
}

/** When enqueueing fails, the sweeper finds the row. */
export async function enqueueWebhook(
  id: string,
  { jobs, log }: Pick<WebhookPorts, 'jobs' | 'log'>,
): Promise<void> {
  await jobs
    .enqueue('webhook', [id])
    .catch((err: unknown) => log.warn({ err, webhookId: id }, 'not enqueued'));
}

function newSecret(ports: WebhookPorts): NewWebhookSecret {
  return { id: newId(ports), text: makeWebhookSecret(ports.random), createdAt: ports.now() };
}

/** The secret is shown once. */
type MadeWebhook = { readonly row: WebhookRecord; readonly secret: string };

export type AskedWebhook = Required<WebhookSettings> & { readonly backfillSince: Date | undefined };

export async function createWebhook(
  asked: AskedWebhook,
  caller: Caller,
  ports: WebhookPorts,
): Promise<MadeWebhook> {
  const accountId = accountOf(caller);
  requireUrl(asked.url, ports.webhookTargets);
  if (asked.backfillSince !== undefined) requireRecent('/backfill_since', asked.backfillSince, ports.now());
  const secret = newSecret(ports);
  const made = { ...asked, id: newId(ports), createdAt: ports.now(), secret };
  const row = await ports.stores.webhooks.create(accountId, made, MOST_WEBHOOKS);
  if (row === undefined)
    throw new Refusal('conflict', { detail: `an account has at most ${MOST_WEBHOOKS} webhooks` });
  const after = settingsView(row);
  await audit(caller, { action: 'webhook.created', target: after.id, after }, ports);
  if (asked.backfillSince !== undefined) await enqueueWebhook(row.id, ports);
  return { row, secret: secret.text };
}

type Change = (accountId: string) => Promise<WebhookRecord | undefined>;
type Asked = { readonly id: string; readonly action: string; readonly caller: Caller };

async function changed(
  { id, action, caller }: Asked,
  change: Change,
  ports: WebhookPorts,
): Promise<WebhookRecord> {
  const accountId = accountOf(caller);
  const before = settingsView(found(await ports.stores.webhooks.one(accountId, id)));
  const row = found(await change(accountId));
  await audit(caller, { action, target: before.id, before, after: settingsView(row) }, ports);
  return row;
}

export const pauseWebhook = (id: string, caller: Caller, ports: WebhookPorts): Promise<WebhookRecord> =>
  changed(
    { id, action: 'webhook.paused', caller },
    (account) => ports.stores.webhooks.pause(account, id),
    ports,
  );

/** Also a disabled one. */
export async function resumeWebhook(id: string, caller: Caller, ports: WebhookPorts): Promise<WebhookRecord> {
  const resume: Change = (account) => ports.stores.webhooks.resume(account, id, ports.now());
  const row = await changed({ id, action: 'webhook.resumed', caller }, resume, ports);
  await enqueueWebhook(id, ports);
  return row;
}

export type WebhookChange = {
  readonly id: string;
  readonly settings: WebhookSettings;
  readonly status: 'active' | 'paused' | undefined;
};

export async function changeWebhook(
  { id, settings, status }: WebhookChange,
  caller: Caller,
  ports: WebhookPorts,
): Promise<WebhookRecord> {
  const { webhooks } = ports.stores;
  requireUrl(settings.url, ports.webhookTargets);
  const change: Change = async (account) => {
    const row = await webhooks.change(account, id, settings);
    if (row === undefined || status === undefined || row.status === status) return row;
    return status === 'paused' ? webhooks.pause(account, id) : webhooks.resume(account, id, ports.now());
  };
  const row = await changed({ id, action: 'webhook.changed', caller }, change, ports);
  if (status === 'active') await enqueueWebhook(id, ports);
  return row;
}

/** Until the grace period ends each request is signed by the old secrets too. */
export async function rotateWebhookSecret(
  { id, graceMs }: { readonly id: string; readonly graceMs: number },
  caller: Caller,
  ports: WebhookPorts,
): Promise<MadeWebhook> {
  const accountId = accountOf(caller);
  const secret = newSecret(ports);
  const graceUntil = new Date(ports.now().getTime() + graceMs);
  const row = found(await ports.stores.webhooks.rotate(accountId, id, { secret, graceUntil }));
  const shown = { secret: '[secret]', previous_secret_expires_at: isoOrNull(row.previousSecretExpiresAt) };
  const states = { before: { secret: '[secret]' }, after: shown, masked: ['secret'] };
  await audit(caller, { action: 'webhook.secret_rotated', target: publicId('wh', id), ...states }, ports);
  return { row, secret: secret.text };
}

export async function removeWebhook(id: string, caller: Caller, ports: WebhookPorts): Promise<void> {
  const accountId = accountOf(caller);
  const before = settingsView(found(await ports.stores.webhooks.one(accountId, id)));
  requireDone(await ports.stores.webhooks.remove(accountId, id, ports.now()));
  await audit(caller, { action: 'webhook.deleted', target: before.id, before }, ports);
}
