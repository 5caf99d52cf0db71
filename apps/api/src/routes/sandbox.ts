/** Mail that the sandbox received. An account sees its own mail; an operator without an account sees all. */
import { idParams } from '@waybill/contract/id';
import {
  removed,
  sandboxChecks,
  sandboxMessage,
  sandboxMessageDetail,
  sandboxQuery,
} from '@waybill/contract/sandbox';
import { normalAddress } from '@waybill/mail/address';
import { given } from '@waybill/relay/given';
import { found } from '@waybill/relay/management/found';
import { clearSandbox, removeSandboxMessage } from '@waybill/relay/management/sandbox';
import { sendContent } from '../content-reply.ts';
import type { App, Dependencies } from '../dependencies.ts';
import { innerId, innerIdOrNone } from '../inner-id.ts';
import { listRoute } from '../list-route.ts';
import { callerOf, principalOf } from '../request.ts';
import { route } from '../route.ts';
import { sandboxDetailView, sandboxView } from '../sandbox-view.ts';
import { checkSignatures } from '../signature-checks.ts';
import { onlyTests } from '../test-key.ts';

const tags = ['Sandbox'];
const params = idParams('box');

export function sandboxRoutes(app: App, dependencies: Dependencies): void {
  const { sandbox } = dependencies.stores;
  listRoute(app, dependencies, {
    url: '/v1/sandbox/messages',
    operationId: 'listSandboxMessages',
    summary: 'What recipients got, newest first; wait for it with ?wait=10',
    description: 'An account sees its own; an operator who acts for no account sees all.',
    tags,
    cursor: 'sandbox',
    query: sandboxQuery,
    item: sandboxMessage,
    rows: (page, request) => {
      const { to, wait, delivery_id } = request.query;
      const filter = given({
        to: to === undefined ? undefined : normalAddress(to),
        deliveryId: innerIdOrNone('dlv', delivery_id),
      });
      const waitMs = Math.round(wait * 1000);
      return sandbox.list(principalOf(request).accountId, {
        ...page,
        ...filter,
        ...onlyTests(request),
        waitMs,
      });
    },
    view: (row) => sandboxView(row, dependencies),
  });
  route(app, {
    method: 'GET',
    url: '/v1/sandbox/messages/:id',
    operationId: 'getSandboxMessage',
    summary: 'One of them, read',
    description: 'Shows its header, text, HTML and attachments as a mail program reads them.',
    tags,
    params,
    answer: sandboxMessageDetail,
    run: async (request) => {
      const { accountId } = principalOf(request);
      const row = found(await sandbox.one(accountId, innerId('box', request.params.id), onlyTests(request)));
      return sandboxDetailView(row, dependencies);
    },
  });
  rawRoute(app, dependencies);
  checksRoute(app, dependencies);
  removeRoutes(app, dependencies);
}

function rawRoute(app: App, dependencies: Dependencies): void {
  const { sandbox } = dependencies.stores;
  route(app, {
    method: 'GET',
    url: '/v1/sandbox/messages/:id/raw',
    operationId: 'getSandboxMessageRaw',
    summary: 'The exact bytes that the MX received',
    description: 'Byte for byte as it came over SMTP.',
    tags,
    params,
    produces: ['message/rfc822'],
    run: async (request, reply) => {
      const row = found(
        await sandbox.one(
          principalOf(request).accountId,
          innerId('box', request.params.id),
          onlyTests(request),
        ),
      );
      return sendContent(reply, { type: 'message/rfc822', body: row.bytes });
    },
  });
}

function checksRoute(app: App, { stores, lookUp }: Dependencies): void {
  route(app, {
    method: 'GET',
    url: '/v1/sandbox/messages/:id/checks',
    operationId: 'checkSandboxMessage',
    summary: 'Whether its DKIM signatures hold',
    description:
      'Verifies the received bytes with the keys that are in DNS now, as a receiver does. RFC 6376 §6.',
    tags,
    params,
    answer: sandboxChecks,
    run: async (request) => {
      const { accountId } = principalOf(request);
      const id = innerId('box', request.params.id);
      const { bytes } = found(await stores.sandbox.one(accountId, id, onlyTests(request)));
      return { signatures: await checkSignatures(bytes, lookUp) };
    },
  });
}

function removeRoutes(app: App, dependencies: Dependencies): void {
  route(app, {
    method: 'DELETE',
    url: '/v1/sandbox/messages',
    operationId: 'clearSandbox',
    summary: 'Empty the sandbox of this account',
    description: 'Removes every message that the sandbox caught for this account.',
    tags,
    answer: removed,
    run: async (request) => ({ removed: await clearSandbox(callerOf(request), dependencies) }),
  });
  route(app, {
    method: 'DELETE',
    url: '/v1/sandbox/messages/:id',
    operationId: 'deleteSandboxMessage',
    summary: 'Remove one',
    description: 'Removes one message from the sandbox.',
    tags,
    params,
    run: (request) =>
      removeSandboxMessage(innerId('box', request.params.id), callerOf(request), dependencies),
  });
}
