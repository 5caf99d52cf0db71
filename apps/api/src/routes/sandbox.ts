/** Mail that the sandbox received. An account sees its own mail; an operator without an account sees all. */
import { idParams } from '@waybill/contract/id';
import { listOf } from '@waybill/contract/list';
import {
  removed,
  sandboxLink,
  sandboxMessage,
  sandboxMessageDetail,
  sandboxQuery,
} from '@waybill/contract/sandbox';
import { normalAddress } from '@waybill/mail/address';
import { given } from '@waybill/relay/given';
import { sandboxUrl, signSandboxLink } from '@waybill/relay/links/sandbox-link';
import { found, requireDone } from '@waybill/relay/management/found';
import { z } from 'zod';
import { answers } from '../answers.ts';
import { noteChange } from '../audit-change.ts';
import { sendContent } from '../content-reply.ts';
import type { App, Dependencies } from '../dependencies.ts';
import { innerId, innerIdOrNone } from '../inner-id.ts';
import { principalOf } from '../request.ts';
import { sandboxDetailView, sandboxView } from '../sandbox-view.ts';
import { onlyTests } from '../test-key.ts';

const LIST = 'sandbox';
const tags = ['Sandbox'];
const params = idParams('box');

export function sandboxRoutes(app: App, dependencies: Dependencies): void {
  const { sandbox } = dependencies.stores;
  app.get(
    '/v1/sandbox/messages',
    {
      schema: {
        operationId: 'listSandboxMessages',
        summary: 'What recipients got, newest first; wait for it with ?wait=10',
        description: 'An account sees its own; an operator who acts for no account sees all.',
        tags,
        querystring: sandboxQuery,
        response: answers({ 200: listOf(sandboxMessage) }),
      },
    },
    async (request) => {
      const { accountId } = principalOf(request);
      const { limit, after, to, wait, delivery_id } = request.query;
      const rows = await sandbox.list(accountId, {
        limit: limit + 1,
        waitMs: Math.round(wait * 1000),
        ...onlyTests(request),
        ...given({
          to: to === undefined ? undefined : normalAddress(to),
          deliveryId: innerIdOrNone('dlv', delivery_id),
          after: dependencies.cursors.read(LIST, after),
        }),
      });
      return dependencies.cursors.page(LIST, rows, {
        limit,
        view: (row) => sandboxView(row, { accountId, dependencies }),
      });
    },
  );
  app.get(
    '/v1/sandbox/messages/:id',
    {
      schema: {
        operationId: 'getSandboxMessage',
        summary: 'One of them, read',
        description: 'Shows its header, text, HTML and attachments as a mail program reads them.',
        tags,
        params,
        response: answers({ 200: sandboxMessageDetail }),
      },
    },
    async (request) => {
      const { accountId } = principalOf(request);
      const row = found(await sandbox.one(accountId, innerId('box', request.params.id), onlyTests(request)));
      return sandboxDetailView(row, { accountId, dependencies });
    },
  );
  rawRoute(app, dependencies);
  linkRoute(app, dependencies);
  removeRoutes(app, dependencies);
}

function rawRoute(app: App, dependencies: Dependencies): void {
  const { sandbox } = dependencies.stores;
  app.get(
    '/v1/sandbox/messages/:id/raw',
    {
      schema: {
        operationId: 'getSandboxMessageRaw',
        summary: 'The exact bytes that the MX received',
        description: 'Byte for byte as it came over SMTP.',
        tags,
        params,
        produces: ['message/rfc822'],
        response: answers({}),
      },
    },
    async (request, reply) => {
      const row = found(
        await sandbox.one(
          principalOf(request).accountId,
          innerId('box', request.params.id),
          onlyTests(request),
        ),
      );
      return sendContent(reply, { type: 'message/rfc822', body: row.bytes });
    },
  );
}

function linkRoute(app: App, dependencies: Dependencies): void {
  app.get(
    '/v1/sandbox/link',
    {
      schema: {
        operationId: 'createSandboxLink',
        summary: 'A link to the plain pages, good for a day',
        description: 'The link opens without a key and shows only the messages of this account.',
        tags,
        response: answers({ 200: sandboxLink }),
      },
      // The pages behind the link show the whole sandbox of the account.
    },
    async (request) => {
      const { accountId } = principalOf(request);
      const token = signSandboxLink(
        dependencies.linkKey,
        { accountId, boxId: undefined },
        dependencies.now(),
      );
      return { url: sandboxUrl(dependencies.publicUrl, token) };
    },
  );
}

function removeRoutes(app: App, dependencies: Dependencies): void {
  const { sandbox } = dependencies.stores;
  const config = { audit: 'sandbox.cleared' } as const;
  app.delete(
    '/v1/sandbox/messages',
    {
      schema: {
        operationId: 'clearSandbox',
        summary: 'Empty the sandbox of this account',
        description: 'Removes every message that the sandbox caught for this account.',
        tags,
        response: answers({ 200: removed }),
      },
      config,
    },
    async (request) => {
      const removed = await sandbox.remove(principalOf(request).accountId, onlyTests(request));
      noteChange(request, { before: { messages: removed }, after: { messages: 0 } });
      return { removed };
    },
  );
  app.delete(
    '/v1/sandbox/messages/:id',
    {
      schema: {
        operationId: 'deleteSandboxMessage',
        summary: 'Remove one',
        description: 'Removes one message from the sandbox.',
        tags,
        params,
        response: answers({ 204: z.null() }),
      },
      config,
    },
    async (request, reply) => {
      const { accountId } = principalOf(request);
      const id = innerId('box', request.params.id);
      const row = found(await sandbox.one(accountId, id, onlyTests(request)));
      // The answer holds a link that needs no key, so it is secret.
      const { url: _, ...before } = sandboxView(row, { accountId, dependencies });
      requireDone((await sandbox.remove(accountId, { id, ...onlyTests(request) })) > 0);
      noteChange(request, { before });
      return reply.code(204).send(null);
    },
  );
}
