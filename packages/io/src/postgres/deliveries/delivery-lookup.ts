import type { DeliveryStatus } from '@waybill/relay/events/event';
import type { Database } from '../connection/database.ts';
import { fromRow } from '../connection/rows.ts';

export type KnownDelivery = {
  readonly id: string;
  readonly messageId: string;
  readonly accountId: string;
  readonly streamId: string | undefined;
  readonly recipient: string;
  readonly status: DeliveryStatus;
  readonly returnPath: string | undefined;
};

export type DeliveryLookup = { find(deliveryId: string): Promise<KnownDelivery | undefined> };

/** Finds a delivery by its id, for reports, sandbox and tracker. Their ids have a valid MAC. */
export const deliveryLookup = ({ pool }: Database): DeliveryLookup => ({
  async find(deliveryId) {
    const { rows } = await pool.query({
      name: 'delivery-lookup',
      text: 'SELECT id, message_id, account_id, stream_id, recipient, status, return_path FROM delivery WHERE id = $1',
      values: [deliveryId],
    });
    return rows[0] && fromRow(rows[0]);
  },
});
