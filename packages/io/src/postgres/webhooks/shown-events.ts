import type { ShownEvent } from '@waybill/relay/events/event-view';
import type pg from 'pg';
import { fromRow } from '../connection/rows.ts';
import { eventColumns } from '../mail-store/message-rows.ts';

/** Events with what the API shows of their message and delivery. The ids may be of several accounts. */
const shownSql = `
  WITH page AS (SELECT * FROM event WHERE id = ANY ($1::uuid[])), placed AS (
    SELECT e.id, row_number() OVER (PARTITION BY e.message_id ORDER BY e.occurred_at, e.id)::integer AS sequence
    FROM event e WHERE e.message_id = ANY (ARRAY(SELECT message_id FROM page))
  )
  SELECT ${eventColumns}
  FROM page e LEFT JOIN placed USING (id) LEFT JOIN delivery d ON d.id = e.delivery_id LEFT JOIN message m ON m.id = e.message_id`;

export type LoadedEvent = ShownEvent & { readonly accountId: string };

export async function loadShownEvents(
  client: pg.ClientBase,
  ids: readonly string[],
): Promise<readonly LoadedEvent[]> {
  const { rows } = await client.query(shownSql, [ids]);
  return rows.map(fromRow<LoadedEvent>);
}
