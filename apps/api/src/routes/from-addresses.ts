import { fromAddress, fromAddressAsked, fromAddressBody } from '@waybill/contract/from-address';
import { idParams } from '@waybill/contract/id';
import { listOf, listQuery } from '@waybill/contract/list';
import { domainOf, normalAddress } from '@waybill/mail/address';
import { standingOf } from '@waybill/relay/domains/sender-standing';
import { given } from '@waybill/relay/given';
import { publicId } from '@waybill/relay/id';
import { newId } from '@waybill/relay/management/audit';
import { found, requireDone } from '@waybill/relay/management/found';
import type { FromAddressRecord } from '@waybill/relay/management/records';
import { faultAt } from '@waybill/relay/management/request-fault';
import { notAllowed } from '@waybill/relay/pipeline/require-sender-authorized';
import { Refusal, type RefusalCode } from '@waybill/relay/refusal';
import { z } from 'zod';
import { answers } from '../answers.ts';
import { askMailbox, askMailboxOfNew } from '../ask-mailbox.ts';
import { noteChange } from '../audit-change.ts';
import type { App, Dependencies } from '../dependencies.ts';
import { fromAddressView } from '../from-address-view.ts';
import { innerId } from '../inner-id.ts';
import { accountOf, principalOf } from '../request.ts';

const LIST = 'from-addresses';
const tags = ['Credentials'];
const params = idParams('from');

/**
 * The address in normal form. Refuses a domain that the platform or another account holds. Only the domain is looked up: the
 * directory must not cache the address just before it is registered.
 */
async function readAddress(text: string, accountId: string, dependencies: Dependencies): Promise<string> {
  const domain = domainOf(text);
  if (domain === undefined) throw faultAt('/address', 'is not a mail address');
  const holder = await dependencies.directory.domainHolder(domain);
  const no = notAllowed(domain);
  if (standingOf({ accountId, domain, holder, isProved: false }) === 'foreign')
    throw new Refusal(no.code, no);
  return normalAddress(text);
}

async function viewOf(row: FromAddressRecord, accountId: string, dependencies: Dependencies) {
  const holder = await dependencies.directory.domainHolder(domainOf(row.address) ?? '');
  return fromAddressView(row, accountId, holder);
}

export function fromAddressRoutes(app: App, dependencies: Dependencies): void {
  const { fromAddresses } = dependencies.stores;
  app.get(
    '/v1/from-addresses',
    {
      schema: {
        operationId: 'listFromAddresses',
        summary: 'Addresses this account may send as',
        description: 'Each with its status, and whether it counts now.',
        tags,
        querystring: listQuery,
        response: answers({ 200: listOf(fromAddress) }),
      },
    },
    async (request) => {
      const { limit, after } = request.query;
      const accountId = accountOf(request);
      const page = { limit: limit + 1, ...given({ after: dependencies.cursors.read(LIST, after) }) };
      const rows = await fromAddresses.list(accountId, page);
      const views = new Map(
        await Promise.all(
          rows.map(async (row) => [row.id, await viewOf(row, accountId, dependencies)] as const),
        ),
      );
      return dependencies.cursors.page(LIST, rows, { limit, view: ({ id }) => found(views.get(id)) });
    },
  );
  registerRoute(app, dependencies);
  confirmationRoute(app, dependencies);
  vouchRoute(app, dependencies);
  removeRoute(app, dependencies);
}

/** Codes of both routes that may mail a confirmation. */
const refusalsOfAsking = [
  'conflict',
  'sender_not_allowed',
  'confirmation_limited',
  'confirmation_refused',
  'recipient_suppressed',
  'account_suspended',
] as const satisfies readonly RefusalCode[];

function registerRoute(app: App, dependencies: Dependencies): void {
  app.post(
    '/v1/from-addresses',
    {
      schema: {
        operationId: 'createFromAddress',
        summary: 'Register a From address',
        description:
          'The answer is 201 when the address counts at once, because its domain is verified for this account. Else it is 202, and the mailbox is asked by a mailed link.',
        tags,
        body: fromAddressBody,
        response: answers({ 201: fromAddressAsked, 202: fromAddressAsked }),
      },
      config: {
        audit: 'from_address.created',
        idempotent: true,
        refusals: refusalsOfAsking,
      },
    },
    async (request, reply) => {
      const accountId = accountOf(request);
      const row = await dependencies.stores.fromAddresses.create(accountId, {
        id: newId(dependencies),
        address: await readAddress(request.body.address, accountId, dependencies),
        createdAt: dependencies.now(),
      });
      request.auditTarget = publicId('from', row.id);
      const view = await viewOf(row, accountId, dependencies);
      noteChange(request, { after: view });
      if (view.proof !== null) return reply.code(201).send({ ...view, confirmation: null });
      return reply
        .code(202)
        .send({ ...view, confirmation: await askMailboxOfNew(row, accountId, dependencies) });
    },
  );
}

function confirmationRoute(app: App, dependencies: Dependencies): void {
  app.post(
    '/v1/from-addresses/:id/confirmation',
    {
      schema: {
        operationId: 'requestFromAddressConfirmation',
        summary: 'Mail the confirmation link again',
        description:
          'One mail a day to an address, over all accounts, and ten a day for an account. The link before it works no more.',
        tags,
        params,
        response: answers({ 202: fromAddressAsked }),
      },
      config: {
        audit: 'from_address.confirmation_mailed',
        refusals: refusalsOfAsking,
      },
    },
    async (request, reply) => {
      const accountId = accountOf(request);
      const id = innerId('from', request.params.id);
      const row = found(await dependencies.stores.fromAddresses.one(accountId, id));
      await readAddress(row.address, accountId, dependencies);
      const view = await viewOf(row, accountId, dependencies);
      if (view.proof !== null)
        throw new Refusal('conflict', { detail: 'this address needs no confirmation: it counts already' });
      const confirmation = await askMailbox(row, accountId, dependencies);
      noteChange(request, { before: { confirmation: null }, after: { confirmation } });
      return reply.code(202).send({ ...view, confirmation });
    },
  );
}

function vouchRoute(app: App, dependencies: Dependencies): void {
  const { fromAddresses } = dependencies.stores;
  app.post(
    '/v1/from-addresses/:id/vouch',
    {
      schema: {
        operationId: 'vouchForFromAddress',
        summary: 'Vouch for a From address (operator only)',
        description: 'The operator answers for it, with the header Waybill-Account. No mail is sent.',
        tags,
        params,
        response: answers({ 200: fromAddress }),
      },
      config: {
        audit: 'from_address.vouched',
        refusals: ['conflict', 'sender_not_allowed', 'account_suspended'],
      },
    },
    async (request) => {
      const accountId = accountOf(request);
      const id = innerId('from', request.params.id);
      const row = found(await fromAddresses.one(accountId, id));
      if (principalOf(request).kind !== 'operator')
        throw new Refusal('forbidden', { detail: 'only the operator vouches for an address' });
      await readAddress(row.address, accountId, dependencies);
      const before = await viewOf(row, accountId, dependencies);
      const vouched = found(await fromAddresses.vouch(accountId, id, dependencies.now()));
      const after = await viewOf(vouched, accountId, dependencies);
      noteChange(request, { before, after });
      return after;
    },
  );
}

function removeRoute(app: App, dependencies: Dependencies): void {
  app.delete(
    '/v1/from-addresses/:id',
    {
      schema: {
        operationId: 'deleteFromAddress',
        summary: 'Remove a From address',
        description: 'Mail that waits to be sent as this address is held.',
        tags,
        params,
        response: answers({ 204: z.null() }),
      },
      config: { audit: 'from_address.deleted' },
    },
    async (request, reply) => {
      const { fromAddresses } = dependencies.stores;
      const accountId = accountOf(request);
      const id = innerId('from', request.params.id);
      const before = await viewOf(found(await fromAddresses.one(accountId, id)), accountId, dependencies);
      requireDone(await fromAddresses.remove(accountId, id));
      noteChange(request, { before });
      return reply.code(204).send(null);
    },
  );
}
