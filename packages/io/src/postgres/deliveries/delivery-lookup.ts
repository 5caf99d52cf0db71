import type { DeliveryStatus } from '@waybill/relay/events/event';
import type { Database } from '../connection/database.ts';

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

type Row = {
  readonly id: string;
  readonly message_id: string;
  readonly account_id: string;
  readonly stream_id: string | null;
  readonly recipient: string;
  readonly status: DeliveryStatus;
  readonly return_path: string | null;
};

/** Finds a delivery by its id, for reports, sandbox and tracker. Their ids have a valid MAC. */
export const deliveryLookup = ({ pool }: Database): DeliveryLookup => ({
  async find(deliveryId) {
    const { rows } = await pool.query<Row>({
      name: 'delivery-lookup',
      text: 'SELECT id, message_id, account_id, stream_id, recipient, status, return_path FROM delivery WHERE id = $1',
      values: [deliveryId],
    });
    const [row] = rows;
    if (!row) return undefined;
    return {
      id: row.id,
      messageId: row.message_id,
      accountId: row.account_id,
      streamId: row.stream_id ?? undefined,
      recipient: row.recipient,
      status: row.status,
      returnPath: row.return_path ?? undefined,
    };
  },
});
