import { fromAddress, fromAddressAsked, fromAddressBody } from '@waybill/contract/from-address';
import { idParams } from '@waybill/contract/id';
import { listQuery } from '@waybill/contract/list';
import { domainOf, normalAddress } from '@waybill/mail/address';
import { standingOf } from '@waybill/relay/domains/sender-standing';
import { publicId } from '@waybill/relay/id';
import { newId } from '@waybill/relay/management/audit';
import { found, requireDone } from '@waybill/relay/management/found';
import type { FromAddressRecord } from '@waybill/relay/management/records';
import { faultAt } from '@waybill/relay/management/request-fault';
import { notAllowed } from '@waybill/relay/pipeline/require-sender-authorized';
import { Refusal, type RefusalCode } from '@waybill/relay/refusal';
import { askMailbox, askMailboxOfNew } from '../ask-mailbox.ts';
import { noteChange } from '../audit-change.ts';
import type { App, Dependencies } from '../dependencies.ts';
import { fromAddressView } from '../from-address-view.ts';
import { innerId } from '../inner-id.ts';
import { listRoute } from '../list-route.ts';
import { accountOf, principalOf } from '../request.ts';
import { route } from '../route.ts';

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
  listRoute(app, dependencies, {
    url: '/v1/from-addresses',
    operationId: 'listFromAddresses',
    summary: 'Addresses this account may send as',
    description: 'Each with its status, and whether it counts now.',
    tags,
    cursor: 'from-addresses',
    query: listQuery,
    item: fromAddress,
    rows: async (page, request) => {
      const accountId = accountOf(request);
      const rows = await fromAddresses.list(accountId, page);
      const shown = async (row: FromAddressRecord) => ({
        id: row.id,
        view: await viewOf(row, accountId, dependencies),
      });
      return Promise.all(rows.map(shown));
    },
    view: ({ view }) => view,
  });
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
  route(app, {
    method: 'POST',
    url: '/v1/from-addresses',
    operationId: 'createFromAddress',
    summary: 'Register a From address',
    description:
      'The answer is 201 when the address counts at once, because its domain is verified for this account. Else it is 202, and the mailbox is asked by a mailed link.',
    tags,
    body: fromAddressBody,
    answer: fromAddressAsked,
    statuses: [201, 202],
    audit: 'from_address.created',
    idempotent: true,
    refusals: refusalsOfAsking,
    run: async (request, reply) => {
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
  });
}

function confirmationRoute(app: App, dependencies: Dependencies): void {
  route(app, {
    method: 'POST',
    url: '/v1/from-addresses/:id/confirmation',
    operationId: 'requestFromAddressConfirmation',
    summary: 'Mail the confirmation link again',
    description:
      'One mail a day to an address, over all accounts, and ten a day for an account. The link before it works no more.',
    tags,
    params,
    answer: fromAddressAsked,
    statuses: [202],
    audit: 'from_address.confirmation_mailed',
    refusals: refusalsOfAsking,
    run: async (request, reply) => {
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
  });
}

function vouchRoute(app: App, dependencies: Dependencies): void {
  const { fromAddresses } = dependencies.stores;
  route(app, {
    method: 'POST',
    url: '/v1/from-addresses/:id/vouch',
    operationId: 'vouchForFromAddress',
    summary: 'Vouch for a From address (operator only)',
    description: 'The operator answers for it, with the header Waybill-Account. No mail is sent.',
    tags,
    params,
    answer: fromAddress,
    audit: 'from_address.vouched',
    refusals: ['conflict', 'sender_not_allowed', 'account_suspended'],
    run: async (request) => {
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
  });
}

function removeRoute(app: App, dependencies: Dependencies): void {
  route(app, {
    method: 'DELETE',
    url: '/v1/from-addresses/:id',
    operationId: 'deleteFromAddress',
    summary: 'Remove a From address',
    description: 'Mail that waits to be sent as this address is held.',
    tags,
    params,
    audit: 'from_address.deleted',
    run: async (request) => {
      const { fromAddresses } = dependencies.stores;
      const accountId = accountOf(request);
      const id = innerId('from', request.params.id);
      const before = await viewOf(found(await fromAddresses.one(accountId, id)), accountId, dependencies);
      requireDone(await fromAddresses.remove(accountId, id));
      noteChange(request, { before });
    },
  });
}
