/** The operator's view of the installation: trusted relays, discards, audit log, queues, health. */
import { auditEntry, auditQuery, discard, discardQuery, health, queueDepth } from '@waybill/contract/admin';
import { idParams } from '@waybill/contract/id';
import { ipNetwork, trustedRelayBody } from '@waybill/contract/ip-network';
import { listOf, listQuery } from '@waybill/contract/list';
import { publicId } from '@waybill/relay/id';
import { publicFields } from '@waybill/relay/trace/public-json';
import { z } from 'zod';
import { answers } from '../answers.ts';
import { noteChange } from '../audit-change.ts';
import type { App, Dependencies } from '../dependencies.ts';
import { given } from '../given.ts';
import { innerId, innerIdOrNone } from '../inner-id.ts';
import { readNetwork, requireNarrow } from '../networks.ts';
import { found, newId, orNull, principalOf } from '../request.ts';
import { resolutionView } from '../trace-view.ts';
import { auditView } from './audit-log.ts';
import { networkView } from './ip-networks.ts';

const tags = ['Operator'];

export function adminSystemRoutes(app: App, dependencies: Dependencies): void {
  trustedRelayRoutes(app, dependencies);
  discardRoutes(app, dependencies);
  auditRoutes(app, dependencies);
  healthRoutes(app, dependencies);
}

function trustedRelayRoutes(app: App, dependencies: Dependencies): void {
  const { ipNetworks } = dependencies.stores;
  const LIST = 'trusted-relays';
  app.get(
    '/v1/admin/ip-networks',
    {
      schema: {
        operationId: 'listTrustedRelays',
        summary: 'Trusted relays: networks that may submit mail for every account',
        description: 'Mail from a trusted relay is given to an account by its From address.',
        tags,
        querystring: listQuery,
        response: answers({ 200: listOf(ipNetwork) }),
      },
    },
    async (request) => {
      const { limit, after } = request.query;
      const page = { limit: limit + 1, ...given({ after: dependencies.cursors.read(LIST, after) }) };
      return dependencies.cursors.page(LIST, await ipNetworks.list(undefined, page), {
        limit,
        view: networkView,
      });
    },
  );
  app.post(
    '/v1/admin/ip-networks',
    {
      schema: {
        operationId: 'createTrustedRelay',
        summary: 'Trust a relay',
        description:
          'The whole network is trusted to have checked its senders. Very wide networks need "confirm": true.',
        tags,
        body: trustedRelayBody,
        response: answers({ 201: ipNetwork }),
      },
      config: { audit: 'trusted_relay.created', idempotent: true, refusals: ['conflict'] },
    },
    async (request, reply) => {
      const cidr = readNetwork('/cidr', request.body.cidr);
      requireNarrow(cidr, request.body.confirm);
      const row = await ipNetworks.create({
        id: newId(dependencies),
        cidr,
        shared: false,
        label: request.body.label,
        createdAt: dependencies.now(),
      });
      request.auditTarget = publicId('net', row.id);
      noteChange(request, { after: networkView(row) });
      return reply.code(201).send(networkView(row));
    },
  );
  app.delete(
    '/v1/admin/ip-networks/:id',
    {
      schema: {
        operationId: 'deleteTrustedRelay',
        summary: 'Trust a relay no more',
        description: 'Mail from the network needs a login again.',
        tags,
        params: idParams('net'),
        response: answers({ 204: z.null() }),
      },
      config: { audit: 'trusted_relay.deleted' },
    },
    async (request, reply) => {
      const removed = found(await ipNetworks.remove(undefined, innerId('net', request.params.id)));
      noteChange(request, { before: networkView(removed) });
      return reply.code(204).send(null);
    },
  );
}

function discardRoutes(app: App, dependencies: Dependencies): void {
  const LIST = 'discards';
  app.get(
    '/v1/admin/discards',
    {
      schema: {
        operationId: 'listDiscards',
        summary: 'What could not be given to any account, with the evidence',
        description: 'Each with every account that was considered and why it lost.',
        tags,
        querystring: discardQuery,
        response: answers({ 200: listOf(discard) }),
      },
    },
    async (request) => {
      const { limit, after, message_id } = request.query;
      const page = {
        limit: limit + 1,
        ...given({
          after: dependencies.cursors.read(LIST, after),
          messageId: innerIdOrNone('msg', message_id),
        }),
      };
      return dependencies.cursors.page(LIST, await dependencies.stores.discards.list(page), {
        limit,
        view: (row) => ({
          id: publicId('dis', row.id),
          message_id: row.messageId === undefined ? null : publicId('msg', row.messageId),
          stage: row.stage,
          resolution: resolutionView(row.resolution),
          evidence: publicFields(row.evidence),
          occurred_at: row.occurredAt.toISOString(),
        }),
      });
    },
  );
}

function auditRoutes(app: App, dependencies: Dependencies): void {
  const LIST = 'audit-log';
  app.get(
    '/v1/admin/audit-log',
    {
      schema: {
        operationId: 'listAllAuditEntries',
        summary: 'Who changed what, newest first; of one account with Waybill-Account',
        description: 'Entries of every account and of the installation itself.',
        tags,
        querystring: auditQuery,
        response: answers({ 200: listOf(auditEntry) }),
      },
    },
    async (request) => {
      const { limit, after, ...filter } = request.query;
      const page = {
        limit: limit + 1,
        ...given({ after: dependencies.cursors.read(LIST, after), ...filter }),
      };
      const rows = await dependencies.stores.auditLog.list(principalOf(request).accountId, page);
      return dependencies.cursors.page(LIST, rows, { limit, view: auditView });
    },
  );
}

function healthRoutes(app: App, dependencies: Dependencies): void {
  app.get(
    '/v1/admin/health',
    {
      schema: {
        operationId: 'getHealth',
        summary: 'Health as sentences',
        description: 'Each check as a sentence, with what to do when it fails.',
        tags,
        response: answers({ 200: health }),
      },
    },
    async () => {
      const checks = await Promise.all(
        Object.entries(dependencies.checks).map(async ([name, check]) => {
          const { ok, sentence, fix } = await check();
          return { name, ok, sentence, fix: orNull(fix) };
        }),
      );
      return { ok: checks.every(({ ok }) => ok), checks };
    },
  );
  app.get(
    '/v1/admin/queues',
    {
      schema: {
        operationId: 'listQueues',
        summary: 'Jobs that wait, by queue',
        description: 'How many jobs wait in each queue.',
        tags,
        response: answers({ 200: z.array(queueDepth) }),
      },
    },
    async () =>
      Object.entries(await dependencies.queueDepth()).map(([queue, waiting]) => ({ queue, waiting })),
  );
}
