/** Sends what waits for one webhook. docs/adr/0036-webhooks-are-a-ledger-and-a-job-per-endpoint.md */
import { randomBytes } from 'node:crypto';
import type { LeasedWebhook } from '@waybill/io/postgres/webhooks/sending';
import { makeId } from '@waybill/relay/id';
import { type EndpointHealth, isPaused, noticeOf } from '@waybill/relay/webhooks/health';
import { drain } from './drain.ts';
import type { WebhookPorts } from './ports.ts';
import { noticeFor } from './record.ts';
import { reportNotice } from './report.ts';

/** A process that died keeps a webhook for this time. Longer than a slice with its last attempts. */
const LEASE_MS = 60_000;
/** After this time the webhook gives its place to others, and is enqueued again. */
const SLICE_MS = 5_000;

/** `false`: there is more to fill in. */
async function fillIn(webhook: LeasedWebhook, until: number, ports: WebhookPorts): Promise<boolean> {
  let { backfill } = webhook;
  while (backfill !== undefined && ports.now().getTime() < until)
    backfill = await ports.sending.backfill({ ...webhook, backfill }, ports.now());
  return backfill === undefined;
}

/** The notice that fell due while nothing was attempted. */
async function giveNotice(webhook: LeasedWebhook, ports: WebhookPorts): Promise<LeasedWebhook | undefined> {
  const now = ports.now();
  if (noticeOf(webhook.health, now) === undefined) return webhook;
  const state = noticeFor({ webhook, health: webhook.health, now });
  const isActive = await ports.sending.save({ webhook, done: [], state }, now);
  reportNotice(webhook, state, ports);
  return isActive ? { ...webhook, health: state.health } : undefined;
}

async function sendTo(webhook: LeasedWebhook, ports: WebhookPorts): Promise<EndpointHealth> {
  const until = ports.now().getTime() + SLICE_MS;
  if (!(await fillIn(webhook, until, ports))) return webhook.health;
  const noticed = await giveNotice(webhook, ports);
  if (noticed === undefined || isPaused(noticed.health, ports.now()))
    return noticed?.health ?? webhook.health;
  return drain(noticed, until, ports);
}

export async function onWebhook(id: string, ports: WebhookPorts): Promise<void> {
  const { sending, now, jobs } = ports;
  const at = now();
  const leaseId = makeId(at, randomBytes(10));
  const until = new Date(at.getTime() + LEASE_MS);
  const webhook = await sending.claim(id, { leaseId, now: at, until });
  if (webhook === undefined) return;
  const health = await sendTo(webhook, ports);
  const nextAt = await sending.release(webhook, health, now());
  if (nextAt === undefined) return;
  // When enqueueing fails, the sweeper finds the row at its time.
  const isDue = nextAt <= now();
  await jobs.enqueue('webhook', [id], isDue ? undefined : nextAt).catch((err: unknown) => {
    ports.log.warn({ err, webhookId: id }, 'not enqueued');
  });
}
