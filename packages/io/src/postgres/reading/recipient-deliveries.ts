/** The deliveries to one address, also those that scheduled messages will have. */
import { foldedAddress } from '@waybill/mail/address';
import type { MessageFilter } from '@waybill/relay/management/message-filter';
import type { Database } from '../connection/database.ts';
import { fromRow } from '../connection/rows.ts';
import { type Page, transactAs } from '../connection/tenant.ts';
import { deliveriesToCome, type Unprepared } from '../deliveries/deliveries-to-come.ts';
import {
  isScheduled,
  isTestSql,
  lifetimeColumn,
  type RecipientDelivery,
} from '../mail-store/message-rows.ts';
import { toOneOf } from './message-filter.ts';

/** The page is chosen before its messages are read, unless only some messages are wanted. */
function preparedQuery(accountId: string, key: string, { after, limit, onlyTests }: RecipientPage) {
  const join = 'JOIN message m ON m.id = d.message_id AND m.account_id = d.account_id';
  const chosen = `
    SELECT d.* FROM delivery d ${onlyTests ? `${join} AND ${isTestSql('m')}` : ''}
    WHERE d.account_id = $1 AND d.recipient_key = $2 ${after === undefined ? '' : 'AND d.id < $4'}
    ORDER BY d.id DESC LIMIT $3`;
  return {
    name: ['recipient', ...(onlyTests ? ['tests'] : []), ...(after === undefined ? [] : ['after'])].join('-'),
    text: `
      SELECT d.id, d.message_id, d.recipient, d.status, d.reason, m.subject, m.header_from, m.accepted_at, d.status_changed_at
      FROM (${chosen}) AS d ${join} ORDER BY d.id DESC`,
    values: [accountId, key, limit, ...(after === undefined ? [] : [after])],
  };
}

type Coming = Unprepared &
  Pick<RecipientDelivery, 'subject' | 'headerFrom'> & { readonly expiryMinutes: number };

// The condition of the index `message_scheduled`.
const comingSql = `
  SELECT m.id, m.state, m.scheduled_at, ${isScheduled('m')} AS is_scheduled, m.envelope->'rcptTo' AS recipients,
    m.accepted_at, m.subject, m.header_from, ${lifetimeColumn}
  FROM message m
  WHERE m.account_id = $1 AND m.state = 'accepted' AND m.scheduled_at IS NOT NULL AND ${toOneOf('m.envelope', '$2')}
    AND ($6::boolean IS NULL OR ${isTestSql('m')})`;

/**
 * The id of a delivery starts with the 48 bits of time of its message; SQL cannot compute the rest. So the statement reads all
 * messages of the millisecond of `after` ($3 to $4), and of earlier ones a page that ends with a whole millisecond.
 */
const comingPageSql = `
  (${comingSql} AND m.id BETWEEN $3 AND $4)
  UNION ALL
  (${comingSql} AND m.id < $3 ORDER BY left(m.id::text, 13) DESC FETCH FIRST $5 ROWS WITH TIES)`;

const timeLength = 'ffffffff-ffff'.length;

function comingQuery(accountId: string, key: string, { after, limit, onlyTests }: RecipientPage) {
  const time = after?.slice(0, timeLength) ?? 'ffffffff-ffff';
  const times = [`${time}-0000-0000-000000000000`, `${time}-ffff-ffff-ffffffffffff`];
  return {
    name: 'recipient-coming',
    text: comingPageSql,
    values: [accountId, key, ...times, limit, onlyTests],
  };
}

function deliveriesOf(row: Coming, key: string): readonly RecipientDelivery[] {
  const { subject, headerFrom, acceptedAt } = row;
  return deliveriesToCome(row, row.expiryMinutes)
    .filter(({ recipient }) => foldedAddress(recipient) === key)
    .map(({ id, messageId, recipient, status, reason, statusChangedAt }) => ({
      id,
      messageId,
      recipient,
      status,
      reason,
      statusChangedAt,
      subject,
      headerFrom,
      acceptedAt,
    }));
}

type RecipientPage = Page & Pick<MessageFilter, 'onlyTests'>;

export const receiving = (database: Database) => ({
  /** Newest first. `after` is the id of a delivery. */
  async recipient(
    accountId: string,
    address: string,
    page: RecipientPage,
  ): Promise<readonly RecipientDelivery[]> {
    const { limit, after } = page;
    const key = foldedAddress(address.replaceAll('\0', ''));
    const queries = [comingQuery(accountId, key, page), preparedQuery(accountId, key, page)] as const;
    // A message that is prepared between the two queries is found by both, with the same ids.
    const [coming, prepared] = await transactAs(database, accountId, async (client) => [
      (await client.query(queries[0])).rows.map(fromRow<Coming>),
      (await client.query(queries[1])).rows.map(fromRow<RecipientDelivery>),
    ]);
    const rows = [...coming.flatMap((row) => deliveriesOf(row, key)), ...prepared].filter(
      ({ id }) => after === undefined || id < after,
    );
    const byId = new Map(rows.map((row) => [row.id, row]));
    return [...byId.values()].toSorted((one, other) => (one.id < other.id ? 1 : -1)).slice(0, limit);
  },
});
