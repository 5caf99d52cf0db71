import { idParams } from '@waybill/contract/id';
import { fromAddress, fromAddressBody } from '@waybill/contract/ip-network';
import { listOf, listQuery } from '@waybill/contract/list';
import type { FromAddressRecord } from '@waybill/io/postgres/from-addresses';
import { normalAddress, parseAddress } from '@waybill/mail/address';
import { publicId } from '@waybill/relay/id';
import { z } from 'zod';
import { answers } from '../answers.ts';
import { given } from '../given.ts';
import { innerId } from '../inner-id.ts';
import { accountOf, newId, requireDone } from '../request.ts';
import { faultAt } from '../request-fault.ts';
import type { App, World } from '../world.ts';

const LIST = 'from-addresses';

const view = (row: FromAddressRecord): z.output<typeof fromAddress> => ({
  id: publicId('from', row.id),
  address: row.address,
  created_at: row.createdAt.toISOString(),
});

function readAddress(text: string): string {
  if (parseAddress(text) === undefined) throw faultAt('/address', 'is not a mail address');
  return normalAddress(text);
}

export function fromAddressRoutes(app: App, world: World): void {
  const { fromAddresses } = world.stores;
  const tags = ['Credentials'];
  app.get(
    '/v1/from-addresses',
    {
      schema: {
        summary: 'Addresses this account may send as',
        tags,
        querystring: listQuery,
        response: answers({ 200: listOf(fromAddress) }),
      },
      config: { scope: 'credentials:read' },
    },
    async (request) => {
      const { limit, after } = request.query;
      const page = { limit: limit + 1, ...given({ after: world.cursors.read(LIST, after) }) };
      const rows = await fromAddresses.list(accountOf(request), page);
      return world.cursors.page(LIST, rows, { limit, view });
    },
  );
  app.post(
    '/v1/from-addresses',
    {
      schema: {
        summary: 'Register a From address',
        tags,
        body: fromAddressBody,
        response: answers({ 201: fromAddress }),
      },
      config: { scope: 'credentials:write', audit: 'from_address.created', idempotent: true },
    },
    async (request, reply) => {
      const row = await fromAddresses.create(accountOf(request), {
        id: newId(world),
        address: readAddress(request.body.address),
        createdAt: world.now(),
      });
      request.auditTarget = publicId('from', row.id);
      return reply.code(201).send(view(row));
    },
  );
  app.delete(
    '/v1/from-addresses/:id',
    {
      schema: {
        summary: 'Remove a From address',
        tags,
        params: idParams('from'),
        response: answers({ 204: z.null() }),
      },
      config: { scope: 'credentials:write', audit: 'from_address.deleted' },
    },
    async (request, reply) => {
      requireDone(await fromAddresses.remove(accountOf(request), innerId('from', request.params.id)));
      return reply.code(204).send(null);
    },
  );
}
