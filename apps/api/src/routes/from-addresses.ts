import { fromAddress, fromAddressAsked, fromAddressBody } from '@waybill/contract/from-address';
import { idParams } from '@waybill/contract/id';
import { listQuery } from '@waybill/contract/list';
import {
  askAgain,
  type FromAddressPorts,
  fromAddressView,
  registerFromAddress,
  removeFromAddress,
  vouchForFromAddress,
} from '@waybill/relay/management/from-addresses';
import type { FromAddressRecord } from '@waybill/relay/management/records';
import type { RefusalCode } from '@waybill/relay/refusal';
import type { App, Dependencies } from '../dependencies.ts';
import { innerId } from '../inner-id.ts';
import { listRoute } from '../list-route.ts';
import { mailConfirmation } from '../product-mail/confirmation-mail.ts';
import { accountOf, callerOf } from '../request.ts';
import { route } from '../route.ts';

const tags = ['Credentials'];
const params = idParams('from');

const portsOf = (dependencies: Dependencies): FromAddressPorts => ({
  ...dependencies,
  mailConfirmation: (asking) => mailConfirmation(asking, dependencies),
});

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
        view: await fromAddressView(row, accountId, dependencies),
      });
      return Promise.all(rows.map(shown));
    },
    view: ({ view }) => view,
  });
  const ports = portsOf(dependencies);
  registerRoute(app, ports);
  confirmationRoute(app, ports);
  vouchRoute(app, ports);
  removeRoute(app, ports);
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

function registerRoute(app: App, ports: FromAddressPorts): void {
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
    idempotent: true,
    refusals: refusalsOfAsking,
    run: async (request, reply) => {
      const asked = await registerFromAddress(request.body.address, callerOf(request), ports);
      return reply.code(asked.confirmation === null ? 201 : 202).send(asked);
    },
  });
}

function confirmationRoute(app: App, ports: FromAddressPorts): void {
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
    refusals: refusalsOfAsking,
    run: (request) => askAgain(innerId('from', request.params.id), callerOf(request), ports),
  });
}

function vouchRoute(app: App, ports: FromAddressPorts): void {
  route(app, {
    method: 'POST',
    url: '/v1/from-addresses/:id/vouch',
    operationId: 'vouchForFromAddress',
    summary: 'Vouch for a From address (operator only)',
    description: 'The operator answers for it, with the header Waybill-Account. No mail is sent.',
    tags,
    params,
    answer: fromAddress,
    refusals: ['conflict', 'sender_not_allowed', 'account_suspended'],
    run: (request) => vouchForFromAddress(innerId('from', request.params.id), callerOf(request), ports),
  });
}

function removeRoute(app: App, ports: FromAddressPorts): void {
  route(app, {
    method: 'DELETE',
    url: '/v1/from-addresses/:id',
    operationId: 'deleteFromAddress',
    summary: 'Remove a From address',
    description: 'Mail that waits to be sent as this address is held.',
    tags,
    params,
    run: async (request) => {
      await removeFromAddress(innerId('from', request.params.id), callerOf(request), ports);
    },
  });
}
