/** Mail of all accounts that is not at its end, by account, state and destination. Only the operator sees it. */
import type { DeliveryStatus } from '@waybill/relay/events/event';
import type { Database } from '../connection/database.ts';
import { fromRow } from '../connection/rows.ts';

/** Deliveries of each kind that one look counts: those that are due first, and those that a switch holds. */
const MOST_COUNTED = 20_000;
const MOST_GROUPS = 500;

export type WaitingGroup = {
  readonly accountId: string;
  readonly accountName: string;
  readonly domain: string;
  readonly status: DeliveryStatus;
  /** The switch that holds them; `undefined`: none does. */
  readonly heldFor: string | undefined;
  readonly deliveries: number;
  /** When the first of them came into its state. */
  readonly since: Date;
  /** `undefined`: nothing is planned. */
  readonly nextActionAt: Date | undefined;
};

/** Each part reads an index for it: `delivery_due` and `delivery_held_for`. */
const groupsSql = `
  WITH waiting AS (
    (SELECT account_id, recipient, status, held_for, status_changed_at, next_action_at FROM delivery
      WHERE next_action_at IS NOT NULL ORDER BY next_action_at LIMIT ${MOST_COUNTED})
    UNION ALL
    (SELECT account_id, recipient, status, held_for, status_changed_at, NULL FROM delivery
      WHERE held_for IS NOT NULL AND next_action_at IS NULL LIMIT ${MOST_COUNTED})
  ), groups AS (
    SELECT account_id, lower(substring(recipient FROM '[^@]*$')) AS domain, status, held_for, count(*)::integer AS deliveries,
      min(status_changed_at) AS since, min(next_action_at) AS next_action_at
    FROM waiting GROUP BY 1, 2, 3, 4 ORDER BY 5 DESC LIMIT ${MOST_GROUPS}
  )
  SELECT g.*, a.name AS account_name FROM groups g JOIN account a ON a.id = g.account_id
  ORDER BY g.deliveries DESC, g.since`;

export const waitingGroups = ({ pool }: Database) => ({
  list: async (): Promise<readonly WaitingGroup[]> =>
    (await pool.query<object>({ name: 'waiting-groups', text: groupsSql })).rows.map(fromRow<WaitingGroup>),
});
