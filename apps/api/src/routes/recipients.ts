/** Everything about one recipient address. */
import { listQuery } from '@waybill/contract/list';
import { recipient } from '@waybill/contract/message';
import { addressParams } from '@waybill/contract/suppression';
import { publicId } from '@waybill/relay/id';
import { orNull } from '@waybill/relay/management/or-null';
import type { App, Dependencies } from '../dependencies.ts';
import { pathAddress } from '../path-address.ts';
import { accountOf } from '../request.ts';
import { route } from '../route.ts';
import { onlyTests } from '../test-key.ts';

const LIST = 'recipients';
type Row = Awaited<ReturnType<Dependencies['stores']['messages']['recipient']>>[number];

const view = (row: Row) => ({
  delivery_id: publicId('dlv', row.id),
  message_id: publicId('msg', row.messageId),
  recipient: row.recipient,
  status: row.status,
  reason: row.reason,
  subject: orNull(row.subject),
  from: orNull(row.headerFrom),
  created_at: row.acceptedAt.toISOString(),
  status_changed_at: row.statusChangedAt.toISOString(),
});

export function recipientRoutes(app: App, dependencies: Dependencies): void {
  const { messages, suppressions } = dependencies.stores;
  route(app, {
    method: 'GET',
    url: '/v1/recipients/:address',
    operationId: 'getRecipient',
    summary: 'Everything about one address, newest first',
    description:
      'Every delivery to the address, whatever its case, and whether the address is suppressed now.',
    tags: ['Messages'],
    params: addressParams,
    query: listQuery,
    answer: recipient,
    run: async (request) => {
      const accountId = accountOf(request);
      const { limit, after } = request.query;
      const address = pathAddress(request.params);
      const last = dependencies.cursors.read(LIST, after);
      const [rows, suppressed] = await Promise.all([
        messages.recipient(accountId, address, {
          limit: limit + 1,
          ...onlyTests(request),
          ...(last !== undefined && { after: last }),
        }),
        suppressions.ofAddress(accountId, address),
      ]);
      return {
        ...dependencies.cursors.page(LIST, rows, { limit, view }),
        address,
        suppressed: suppressed.some(
          ({ expiresAt }) => expiresAt === undefined || expiresAt > dependencies.now(),
        ),
      };
    },
  });
}
