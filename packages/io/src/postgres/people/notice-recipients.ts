import type { AccountEventType } from '@waybill/relay/events/event';
import type { Database } from '../connection/database.ts';
import { fromRow } from '../connection/rows.ts';
import { firstIdOf } from '../reading/message-filter.ts';

export type NoticeRecipient = {
  readonly userId: string;
  readonly email: string;
  /** `undefined`: the notice concerns the user in all of its accounts. */
  readonly accountName: string | undefined;
};

type Told = {
  readonly id: string;
  readonly accountId: string;
  readonly type: AccountEventType;
  readonly occurredAt: Date;
  readonly detail: Readonly<Record<string, unknown>>;
};

const recipientsSql = `
  SELECT u.id AS user_id, u.email, a.name AS account_name
  FROM membership m JOIN app_user u ON u.id = m.user_id JOIN account a ON a.id = m.account_id
  WHERE m.account_id = $1 AND u.notices AND u.disabled_at IS NULL AND a.deleted_at IS NULL
    AND (m.role = 'owner' OR NOT $2)
  ORDER BY u.id`;

const userSql = 'SELECT id AS user_id, email FROM app_user WHERE id = $1 AND notices AND disabled_at IS NULL';

const HOUR_MS = 3_600_000;

const earlierSql = `
  SELECT count(*)::integer AS count FROM event
  WHERE account_id = $1 AND message_id IS NULL AND type = $2 AND id >= $3::uuid AND occurred_at >= $4 AND (occurred_at, id) < ($5, $6::uuid)
    AND ($7::text IS NULL OR detail->>'userId' = $7)`;

export const noticeRecipients = ({ pool }: Pick<Database, 'pool'>) => ({
  /** The members of the account that did not switch notices off, or only its owners. */
  async of(accountId: string, isForOwners: boolean): Promise<readonly NoticeRecipient[]> {
    return (await pool.query(recipientsSql, [accountId, isForOwners])).rows.map(fromRow<NoticeRecipient>);
  },
  /** The user, unless it switched notices off. */
  async user(userId: string): Promise<readonly NoticeRecipient[]> {
    return (await pool.query(userSql, [userId])).rows.map(fromRow<NoticeRecipient>);
  },
  /** Events of the same type in the hour before; of one user where the event concerns a user. */
  async earlier({ id, accountId, type, occurredAt, detail }: Told): Promise<number> {
    const from = new Date(occurredAt.getTime() - HOUR_MS);
    const bound = firstIdOf(new Date(from.getTime() - HOUR_MS));
    const { rows } = await pool.query<{ count: number }>(earlierSql, [
      accountId,
      type,
      bound,
      from,
      occurredAt,
      id,
      detail.userId,
    ]);
    return rows[0]?.count ?? 0;
  },
});
