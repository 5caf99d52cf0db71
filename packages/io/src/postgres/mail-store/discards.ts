import type { Discard } from '@waybill/relay/ports';
import type { Database } from '../connection/database.ts';
import { fromRow } from '../connection/rows.ts';
import type { Page } from '../connection/tenant.ts';

/** Discards: submissions without an account. Only the operator sees them. */
export const discards = ({ pool }: Database) => ({
  async list({
    limit,
    after,
    messageId,
  }: Page & { readonly messageId?: string }): Promise<readonly Discard[]> {
    const { rows } = await pool.query(
      `SELECT * FROM discard WHERE ($1::uuid IS NULL OR id < $1) AND ($2::uuid IS NULL OR message_id = $2)
       ORDER BY id DESC LIMIT $3`,
      [after, messageId, limit],
    );
    return rows.map(fromRow<Discard>);
  },
  async one(id: string): Promise<Discard | undefined> {
    const { rows } = await pool.query('SELECT * FROM discard WHERE id = $1', [id]);
    return rows.map(fromRow<Discard>)[0];
  },
});
