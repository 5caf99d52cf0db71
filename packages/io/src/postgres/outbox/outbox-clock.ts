import type pg from 'pg';

/**
 * Makes later events follow all that are there. A database that was restored into another cluster begins with low transaction ids, and
 * readers would never see an event that sorts below their cursor. Returns by how much the clock was raised, nearly always 0.
 */
export async function alignOutbox(client: pg.ClientBase | pg.Pool): Promise<number> {
  const { rows } = await client.query<{ raised: string }>('SELECT waybill_align_outbox() AS raised');
  return Number(rows[0]?.raised ?? 0);
}
