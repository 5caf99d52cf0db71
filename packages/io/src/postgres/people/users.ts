import type { NewUser, UserAccount, UserRecord, UserSettings } from '@waybill/relay/people/records';
import type { Database } from '../connection/database.ts';
import { fromRow } from '../connection/rows.ts';
import { orTaken } from '../connection/taken.ts';
import type { Page } from '../connection/tenant.ts';
import { likeText } from '../reading/like-text.ts';

const columns = `id, email, name, password_hash, is_operator, notices, totp_box, totp_enabled_at, created_at, last_login_at, disabled_at,
  (SELECT l.email FROM user_link l WHERE l.user_id = app_user.id AND l.purpose = 'email' AND l.expires_at > now()) AS pending_email`;

const accountsSql = `
  SELECT m.account_id, a.name, CASE WHEN a.deletes_at IS NULL THEN a.status ELSE 'deleting' END AS status, m.role FROM membership m JOIN account a ON a.id = m.account_id
  WHERE m.user_id = $1 AND a.deleted_at IS NULL ORDER BY a.name, a.id`;

const createSql = `
  INSERT INTO app_user (id, email, name, password_hash, is_operator, created_at)
  VALUES ($1, $2, $3, $4, $5, $6) RETURNING ${columns}`;

/** An absent setting stays; `$6`: whether `disabled_at` is set at all. */
const changeSql = `
  UPDATE app_user SET name = coalesce($2, name), password_hash = coalesce($3, password_hash),
    is_operator = coalesce($4, is_operator), disabled_at = CASE WHEN $6 THEN $5::timestamptz ELSE disabled_at END,
    notices = coalesce($7, notices)
  WHERE id = $1 RETURNING ${columns}`;

const listSql = `
  SELECT ${columns} FROM app_user
  WHERE ($1::uuid IS NULL OR id < $1) AND ($2::text IS NULL OR email LIKE $2 OR lower(name) LIKE $2)
  ORDER BY id DESC LIMIT $3`;

/** Users of all accounts. Who may see a user is decided by the route: the user itself, or an operator of the platform. */
export const users = (database: Database) => {
  const one = async (text: string, values: readonly unknown[]): Promise<UserRecord | undefined> => {
    const { rows } = await database.pool.query(text, values as unknown[]);
    return rows[0] && fromRow<UserRecord>(rows[0]);
  };
  return {
    byId: (id: string) => one(`SELECT ${columns} FROM app_user WHERE id = $1`, [id]),
    byEmail: (email: string) => one(`SELECT ${columns} FROM app_user WHERE email = $1`, [email]),
    async create(user: NewUser): Promise<UserRecord> {
      const { id, email, name, passwordHash, isOperator, createdAt } = user;
      return (await orTaken(
        one(createSql, [id, email, name, passwordHash, isOperator, createdAt]),
      )) as UserRecord;
    },
    change(id: string, settings: UserSettings): Promise<UserRecord | undefined> {
      const { name, passwordHash, isOperator, disabledAt, notices } = settings;
      const isDisabling = 'disabledAt' in settings;
      return one(changeSql, [id, name, passwordHash, isOperator, disabledAt, isDisabling, notices]);
    },
    async noteLogin(id: string, at: Date): Promise<void> {
      await database.pool.query('UPDATE app_user SET last_login_at = $2 WHERE id = $1', [id, at]);
    },
    async accountsOf(id: string): Promise<readonly UserAccount[]> {
      return (await database.pool.query(accountsSql, [id])).rows.map(fromRow<UserAccount>);
    },
    /** Newest first. `q`: a part of the address or the name. */
    async list({ after, limit, q }: Page & { readonly q?: string }): Promise<readonly UserRecord[]> {
      const part = q === undefined ? undefined : `%${likeText(q.toLowerCase())}%`;
      return (await database.pool.query(listSql, [after, part, limit])).rows.map(fromRow<UserRecord>);
    },
  };
};
