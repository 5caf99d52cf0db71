/** The newest events of some accounts, for a console. It reads only after a notification of new events. */
import type { EventType } from '@waybill/relay/events/event';
import type { Note } from '@waybill/relay/message';
import type { Database } from '../connection/database.ts';
import { firstIdOf } from './message-filter.ts';

export type FollowedEvent = {
  readonly id: string;
  readonly accountId: string;
  readonly messageId: string;
  readonly type: EventType;
  readonly occurredAt: Date;
  readonly detail: Readonly<Record<string, unknown>>;
  /** `null`: the event concerns the whole message. */
  readonly recipient: string | null;
  readonly acceptedAt: Date | null;
  readonly notes: readonly Note[];
};

/** In milliseconds. Events with earlier ids may be committed later. */
const SETTLE_MS = 1_000;
const LIMIT = 2_000;

const sql = `
  SELECT e.id, e.account_id AS "accountId", e.message_id AS "messageId", e.type, e.occurred_at AS "occurredAt", e.detail,
    d.recipient, m.accepted_at AS "acceptedAt", coalesce(m.notes, '[]') || coalesce(d.notes, '[]') AS notes
  FROM event e LEFT JOIN message m ON m.id = e.message_id LEFT JOIN delivery d ON d.id = e.delivery_id
  WHERE e.id > $1 AND e.id < $2 AND e.account_id = ANY ($3::uuid[]) AND e.type = ANY ($4::text[])
  ORDER BY e.id LIMIT ${LIMIT}`;

export type Followed = { readonly accountIds: readonly string[]; readonly types: readonly EventType[] };

/** Each call returns the events that became older than `SETTLE_MS` since the call before. */
export function followedEvents(
  { pool }: Database,
  { accountIds, types }: Followed,
  now: () => Date,
): () => Promise<readonly FollowedEvent[]> {
  let last = firstIdOf(now());
  return async () => {
    const settled = firstIdOf(new Date(now().getTime() - SETTLE_MS));
    if (settled <= last) return [];
    const { rows } = await pool.query<FollowedEvent>(sql, [last, settled, accountIds, types]);
    last = rows.length < LIMIT ? settled : (rows.at(-1)?.id ?? settled);
    return rows;
  };
}
