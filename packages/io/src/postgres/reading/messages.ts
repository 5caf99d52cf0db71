import type { MessageAction } from '@waybill/relay/management/records';
import type { SubmittedMessage } from '@waybill/relay/management/resend-message';
import type { Database } from '../connection/database.ts';
import { readAs } from '../connection/tenant.ts';
import { cancelling } from '../deliveries/cancel.ts';
import { deliveriesToCome } from '../deliveries/deliveries-to-come.ts';
import { requeueing } from '../deliveries/requeue.ts';
import {
  attemptColumns,
  attemptOf,
  type DeliveryRow,
  deliveryColumns,
  isTestSql,
  lifetimeColumn,
  type MessageDetail,
  type MessageRow,
  messageColumns,
} from '../mail-store/message-rows.ts';
import { rescheduling } from '../mail-store/reschedule.ts';
import { eventsOfMessage } from './events.ts';
import { customIdForms, type MessagePageQuery, messageIdForms } from './message-filter.ts';
import { listSql } from './message-list.ts';
import { receiving } from './recipient-deliveries.ts';

type Found = MessageDetail['message'] & { readonly expiryMinutes: number };
type BareDelivery = Omit<DeliveryRow, 'history'>;

const oneSql = `
  SELECT ${messageColumns}, ${lifetimeColumn}, m.envelope, m.options, m.session, m.resolution, m.notes
  FROM message m WHERE m.account_id = $1 AND m.id = $2`;
const deliveriesSql = `
  SELECT ${deliveryColumns} FROM delivery WHERE account_id = $1 AND message_id = $2 ORDER BY recipient_index`;
const attemptsSql = `
  SELECT ${attemptColumns} FROM attempt WHERE account_id = $1 AND delivery_id = ANY ($2::uuid[]) ORDER BY number`;

async function loadDeliveries(
  database: Database,
  accountId: string,
  messageId: string,
): Promise<readonly DeliveryRow[]> {
  const values = [accountId, messageId];
  const rows = await readAs<BareDelivery>(database, accountId, { text: deliveriesSql, values });
  const ids = rows.map((row) => row.id);
  const attempts = (
    await readAs<Parameters<typeof attemptOf>[0]>(database, accountId, {
      text: attemptsSql,
      values: [accountId, ids],
    })
  ).map(attemptOf);
  return rows.map((row) => ({
    ...row,
    history: attempts.filter((attempt) => attempt.deliveryId === row.id),
  }));
}

const contentSql = `
  SELECT bytes FROM message_content c JOIN message m ON m.id = c.message_id WHERE m.account_id = $1 AND m.id = $2`;

const submittedSql = `
  SELECT m.envelope, m.options, m.stream_id, c.bytes
  FROM message m LEFT JOIN message_content c ON c.message_id = m.id WHERE m.account_id = $1 AND m.id = $2`;

const patchSql = `
  SELECT d.message_id, c.bytes AS source, d.patch
  FROM delivery d JOIN message_content c ON c.message_id = d.message_id
  WHERE d.account_id = $1 AND d.id = $2`;

type PatchRow = { readonly messageId: string; readonly source: Buffer; readonly patch: Buffer | undefined };

export type MessagePage = {
  readonly rows: readonly MessageRow[];
  /** The search ended at this id before the page was full. Messages beyond it were not read. */
  readonly searchedTo: string | undefined;
};

/** Whether the message was found by its Message-ID or its custom id, which an index finds at any age. */
const isFoundByName = ({ messageIdHeader = '', customId = '' }: MessageRow, q: string): boolean =>
  messageIdForms(q).includes(messageIdHeader) || customIdForms(q.trim()).includes(customId);

/**
 * The end of the search. New messages between the two queries move it up, so a row below it was read nevertheless. A message that
 * was found by its Message-ID or custom id may be older; then the search is complete.
 */
function searchedTo(
  end: string | undefined,
  rows: readonly MessageRow[],
  { q = '', before }: Pick<MessagePageQuery, 'q' | 'before'>,
): string | undefined {
  const last = rows.at(-1);
  if (end === undefined || last === undefined) return end;
  if (before === undefined ? last.id >= end : last.id <= end) return end;
  return isFoundByName(last, q) ? undefined : last.id;
}

/** Reading for the API. */
export const messages = (database: Database) => ({
  ...cancelling(database),
  ...receiving(database),
  ...rescheduling(database),
  ...requeueing(database),

  async list(accountId: string, filter: MessagePageQuery): Promise<MessagePage> {
    const { page, end } = listSql(messageColumns, accountId, filter);
    const rows = await readAs<MessageRow>(database, accountId, page);
    if (end === undefined || rows.length >= filter.limit) return { rows, searchedTo: undefined };
    const [last] = await readAs<{ id: string }>(database, accountId, end);
    return { rows, searchedTo: searchedTo(last?.id, rows, filter) };
  },

  async actionable(accountId: string, action: MessageAction, filter: MessagePageQuery) {
    const { page, end } = listSql('m.id', accountId, { ...filter, action });
    const ids = (await readAs<{ id: string }>(database, accountId, page)).map(({ id }) => id);
    if (ids.length >= filter.limit || end === undefined)
      return { ids, next: ids.length < filter.limit ? undefined : ids.at(-1) };
    return { ids, next: (await readAs<{ id: string }>(database, accountId, end))[0]?.id };
  },

  async one(accountId: string, id: string): Promise<MessageDetail | undefined> {
    const query = { text: oneSql, values: [accountId, id] };
    const [row] = await readAs<Found>(database, accountId, query);
    if (!row) return undefined;
    const { expiryMinutes, ...message } = row;
    const [prepared, events] = await Promise.all([
      loadDeliveries(database, accountId, id),
      eventsOfMessage(database, accountId, id),
    ]);
    const deliveries = prepared.length > 0 ? prepared : deliveriesToCome(message, expiryMinutes);
    return { message, deliveries, events };
  },

  /** Whether the message was sent with a test key or `sandbox: true`. */
  async isTest(accountId: string, id: string): Promise<boolean> {
    const text = `SELECT m.id FROM message m WHERE m.account_id = $1 AND m.id = $2 AND ${isTestSql('m')}`;
    return (await readAs(database, accountId, { text, values: [accountId, id] })).length > 0;
  },

  async content(accountId: string, id: string): Promise<Buffer | undefined> {
    const query = { text: contentSql, values: [accountId, id] };
    return (await readAs<{ bytes: Buffer }>(database, accountId, query))[0]?.bytes;
  },

  async submitted(accountId: string, id: string): Promise<SubmittedMessage | undefined> {
    const query = { text: submittedSql, values: [accountId, id] };
    return (await readAs<SubmittedMessage>(database, accountId, query))[0];
  },

  /** Source and patch, which together make the outgoing bytes. */
  async patchOf(accountId: string, deliveryId: string): Promise<PatchRow | undefined> {
    const query = { text: patchSql, values: [accountId, deliveryId] };
    return (await readAs<PatchRow>(database, accountId, query))[0];
  },
});
