/** Events of the past for a webhook, slice by slice along the stream. */
import type { AnyEventType } from '@waybill/relay/events/event';
import type { WebhookShape } from '@waybill/relay/webhooks/shapes';
import type pg from 'pg';
import { fromRow } from '../connection/rows.ts';
import { firstIdOf } from '../reading/message-filter.ts';
import { insertDeliveries, type LedgerEvent, lockWebhooks } from './write-ledger.ts';

export type Backfill = {
  readonly from: Date;
  /** `undefined`: until now. */
  readonly until: Date | undefined;
  /** The place in the stream up to which it was made. */
  readonly tx: string;
  readonly seq: string;
};

type Filling = {
  readonly id: string;
  readonly accountId: string;
  readonly events: readonly string[];
  readonly shape: WebhookShape;
  readonly backfill: Backfill | undefined;
};

const SLICE = 500;
/** The most that an id may be earlier than its event. A bound by id excludes whole weeks. */
const HOUR_MS = 3_600_000;

const sliceSql = `
  SELECT id, account_id, type, tx, seq FROM event
  WHERE account_id = $1 AND (tx, seq) > ($2::bigint, $3::bigint) AND id >= $4::uuid AND occurred_at >= $5
    AND ($6::timestamptz IS NULL OR occurred_at < $6)
  ORDER BY tx, seq LIMIT ${SLICE}`;

/** Only while it is the same back-fill: the account may have asked for an earlier time meanwhile. */
const moveSql = `
  UPDATE webhook SET backfill_tx = $2, backfill_seq = $3, backfill_from = CASE WHEN $4 THEN NULL ELSE backfill_from END
  WHERE id = $1 AND backfill_from = $5 AND (backfill_tx, backfill_seq) = ($6::bigint, $7::bigint)`;

type Row = LedgerEvent & { readonly tx: string; readonly seq: string; readonly type: AnyEventType };

/** The reader of the outbox has what is committed later: the webhook is there already. `undefined`: all is made. */
export async function backfillSlice(
  client: pg.PoolClient,
  webhook: Filling,
  now: Date,
): Promise<Backfill | undefined> {
  const { backfill } = webhook;
  if (backfill === undefined) return undefined;
  const { from, until, tx, seq } = backfill;
  await lockWebhooks(client, [webhook.id]);
  const bound = firstIdOf(new Date(from.getTime() - HOUR_MS));
  const { rows } = await client.query(sliceSql, [webhook.accountId, tx, seq, bound, from, until]);
  const events = rows.map(fromRow<Row>);
  await insertDeliveries(client, [webhook], { events, now });
  const last = events.at(-1) ?? backfill;
  const isComplete = events.length < SLICE;
  await client.query(moveSql, [webhook.id, last.tx, last.seq, isComplete, from, tx, seq]);
  return isComplete ? undefined : { ...backfill, tx: last.tx, seq: last.seq };
}
