import type { Discard } from '@waybill/relay/ports';
import type { Database } from '../connection/database.ts';
import type { Page } from '../connection/tenant.ts';

type Row = {
  readonly id: string;
  readonly message_id: string | null;
  readonly stage: Discard['stage'];
  readonly resolution: Discard['resolution'];
  readonly evidence: Discard['evidence'];
  readonly occurred_at: Date;
};

const discardOf = (row: Row): Discard => ({
  id: row.id,
  messageId: row.message_id ?? undefined,
  stage: row.stage,
  resolution: row.resolution,
  evidence: row.evidence,
  occurredAt: row.occurred_at,
});

/** Discards: submissions without an account. Only the operator sees them. */
export const discards = ({ pool }: Database) => ({
  async list({
    limit,
    after,
    messageId,
  }: Page & { readonly messageId?: string }): Promise<readonly Discard[]> {
    const { rows } = await pool.query<Row>(
      `SELECT * FROM discard WHERE ($1::uuid IS NULL OR id < $1) AND ($2::uuid IS NULL OR message_id = $2)
       ORDER BY id DESC LIMIT $3`,
      [after, messageId, limit],
    );
    return rows.map(discardOf);
  },
  async one(id: string): Promise<Discard | undefined> {
    const { rows } = await pool.query<Row>('SELECT * FROM discard WHERE id = $1', [id]);
    return rows.map(discardOf)[0];
  },
});
