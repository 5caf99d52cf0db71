import {
  accountQuery,
  adminAccount,
  adminAccountBody,
  adminAccountPatch,
  suspendBody,
} from '@waybill/contract/account';
import { idParams } from '@waybill/contract/id';
import { listOf } from '@waybill/contract/list';
import { given } from '@waybill/relay/given';
import { parsePublicId, publicId } from '@waybill/relay/id';
import { newId } from '@waybill/relay/management/audit';
import { found, requireDone } from '@waybill/relay/management/found';
import type { AccountRecord } from '@waybill/relay/management/records';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { adminAccountView, operatorChange } from '../account-view.ts';
import { answers } from '../answers.ts';
import { noteChange } from '../audit-change.ts';
import type { App, Dependencies } from '../dependencies.ts';
import { innerId } from '../inner-id.ts';

const LIST = 'accounts';
const tags = ['Operator'];
const params = idParams('acc');

type OfAccount = FastifyRequest<{ Params: { id: string } }>;

const noteRows = (request: FastifyRequest, before: AccountRecord, after: AccountRecord): void =>
  noteChange(request, {
    before: adminAccountView(before),
    after: adminAccountView(after),
    masked: before.smarthostUrl === after.smarthostUrl ? [] : ['smarthost_url'],
  });

export function adminAccountRoutes(app: App, dependencies: Dependencies): void {
  const { accounts } = dependencies.stores;
  app.get(
    '/v1/admin/accounts',
    {
      schema: {
        operationId: 'listAccounts',
        summary: 'Accounts, newest first',
        description: 'Deleted accounts are not shown.',
        tags,
        querystring: accountQuery,
        response: answers({ 200: listOf(adminAccount) }),
      },
    },
    async (request) => {
      const { limit, after, q, status } = request.query;
      const id = q === undefined ? undefined : parsePublicId('acc', q.trim().toLowerCase());
      const rows = await accounts.list({
        limit: limit + 1,
        ...given({
          after: dependencies.cursors.read(LIST, after),
          status,
          id,
          q: id === undefined ? q : undefined,
        }),
      });
      return dependencies.cursors.page(LIST, rows, { limit, view: adminAccountView });
    },
  );
  app.post(
    '/v1/admin/accounts',
    {
      schema: {
        operationId: 'createAccount',
        summary: 'Make an account',
        description: 'The account gets a first stream, transactional.',
        tags,
        body: adminAccountBody,
        response: answers({ 201: adminAccount }),
      },
      config: { audit: 'account.created', idempotent: true },
    },
    async (request, reply) => {
      const { name, ...settings } = request.body;
      const row = await accounts.create({
        ...operatorChange(settings),
        id: newId(dependencies),
        streamId: newId(dependencies),
        name,
        createdAt: dependencies.now(),
      });
      request.auditTarget = publicId('acc', row.id);
      const after = adminAccountView(row);
      noteChange(request, { after });
      return reply.code(201).send(after);
    },
  );
  oneRoutes(app, dependencies);
  stateRoutes(app, dependencies);
}

function oneRoutes(app: App, dependencies: Dependencies): void {
  const { accounts } = dependencies.stores;
  app.get(
    '/v1/admin/accounts/:id',
    {
      schema: {
        operationId: 'getAnyAccount',
        summary: 'One account',
        description: 'Shows settings and limits as the operator sees them.',
        tags,
        params,
        response: answers({ 200: adminAccount }),
      },
    },
    async (request) => adminAccountView(found(await accounts.one(innerId('acc', request.params.id)))),
  );
  app.patch(
    '/v1/admin/accounts/:id',
    {
      schema: {
        operationId: 'updateAnyAccount',
        summary: 'Change settings and limits of an account',
        description: 'Fields that are not given stay as they are; null clears a limit.',
        tags,
        params,
        body: adminAccountPatch,
        response: answers({ 200: adminAccount }),
      },
      config: { audit: 'account.changed' },
    },
    async (request) => {
      const id = innerId('acc', request.params.id);
      const before = found(await accounts.one(id));
      const after = found(await accounts.change(id, operatorChange(request.body, before.smarthostUrl)));
      noteRows(request, before, after);
      return adminAccountView(after);
    },
  );
  app.delete(
    '/v1/admin/accounts/:id',
    {
      schema: {
        operationId: 'deleteAccount',
        summary: 'Remove an account',
        description:
          'Its keys and credentials stop working, its networks and domains are free again, and mail that waits is cancelled.',
        tags,
        params,
        response: answers({ 204: z.null() }),
      },
      config: { audit: 'account.deleted' },
    },
    async (request, reply) => {
      const id = innerId('acc', request.params.id);
      const before = adminAccountView(found(await accounts.one(id)));
      requireDone(await accounts.remove(id, dependencies.now()));
      noteChange(request, { before });
      return reply.code(204).send(null);
    },
  );
}

function stateRoutes(app: App, dependencies: Dependencies): void {
  const { accounts } = dependencies.stores;
  const changed = async (request: OfAccount, change: (id: string) => Promise<boolean>) => {
    const id = innerId('acc', request.params.id);
    const before = found(await accounts.one(id));
    requireDone(await change(id));
    const after = found(await accounts.one(id));
    noteRows(request, before, after);
    return adminAccountView(after);
  };
  app.post(
    '/v1/admin/accounts/:id/suspend',
    {
      schema: {
        operationId: 'suspendAccount',
        summary: 'Accept nothing more from an account and hold its mail',
        description: 'Nothing more is accepted from it and mail that waits is held until it is resumed.',
        tags,
        params,
        body: suspendBody,
        response: answers({ 200: adminAccount }),
      },
      config: { audit: 'account.suspended' },
    },
    async (request) => changed(request, (id) => accounts.suspend(id, request.body.reason)),
  );
  app.post(
    '/v1/admin/accounts/:id/resume',
    {
      schema: {
        operationId: 'resumeAccount',
        summary: 'Accept again',
        description: 'Mail that the suspension held goes on.',
        tags,
        params,
        response: answers({ 200: adminAccount }),
      },
      config: { audit: 'account.resumed' },
    },
    async (request) => changed(request, accounts.resume),
  );
}
