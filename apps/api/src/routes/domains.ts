import { domain, domainBody } from '@waybill/contract/domain';
import { idParams } from '@waybill/contract/id';
import { listQuery } from '@waybill/contract/list';
import { makeDkimKeys, type NewKey } from '@waybill/io/secrets/new-dkim-keys';
import { parseDomain } from '@waybill/mail/address';
import { nextRound } from '@waybill/relay/domains/dkim-rotation';
import { zoneFile } from '@waybill/relay/domains/domain-records';
import { recordsOf, verifyDomain } from '@waybill/relay/domains/verify-domain';
import { publicId } from '@waybill/relay/id';
import { newId } from '@waybill/relay/management/audit';
import { found, requireDone } from '@waybill/relay/management/found';
import { faultAt } from '@waybill/relay/management/request-fault';
import { Refusal } from '@waybill/relay/refusal';
import { noteChange } from '../audit-change.ts';
import { sendContent } from '../content-reply.ts';
import type { App, Dependencies } from '../dependencies.ts';
import { domainView, isSameFinding } from '../domain-view.ts';
import { innerId } from '../inner-id.ts';
import { listRoute } from '../list-route.ts';
import { accountOf } from '../request.ts';
import { route } from '../route.ts';

const tags = ['Domains'];
const params = idParams('dom');

function readDomain(text: string): string {
  const name = parseDomain(text.trim().replace(/\.$/, ''));
  if (name === undefined || name.startsWith('[') || !name.includes('.'))
    throw faultAt('/domain', 'is not a domain name');
  return name;
}

/** New keys are to be published and are not active: a key signs after DNS shows it. */
const newKeyRow = (key: NewKey, dependencies: Dependencies) => ({
  ...key,
  id: newId(dependencies),
  state: 'published' as const,
  createdAt: dependencies.now(),
});

export function domainRoutes(app: App, dependencies: Dependencies): void {
  const { senderDomains } = dependencies.stores;
  listRoute(app, dependencies, {
    url: '/v1/domains',
    operationId: 'listDomains',
    summary: 'Sender domains',
    description: 'Each with the records it needs and what the last look-up found.',
    tags,
    cursor: 'domains',
    query: listQuery,
    item: domain,
    rows: (page, request) => senderDomains.list(accountOf(request), page),
    view: (row) => domainView(row, dependencies),
  });
  route(app, {
    method: 'POST',
    url: '/v1/domains',
    operationId: 'createDomain',
    summary: 'Add a sender domain; answers the records to publish',
    description: 'The domain counts once its ownership and DKIM records are found in DNS.',
    tags,
    body: domainBody,
    answer: domain,
    statuses: [201],
    audit: 'domain.created',
    idempotent: true,
    refusals: ['conflict'],
    run: async (request) => {
      const name = readDomain(request.body.domain);
      const keys = await makeDkimKeys({ accountId: accountOf(request), domain: name, round: 1 });
      const row = await senderDomains.create({
        id: newId(dependencies),
        accountId: accountOf(request),
        domain: name,
        createdAt: dependencies.now(),
        keys: keys.map((key) => newKeyRow(key, dependencies)),
      });
      request.auditTarget = publicId('dom', row.id);
      const after = domainView(row, dependencies);
      noteChange(request, { after });
      return after;
    },
  });
  oneRoutes(app, dependencies);
  actionRoutes(app, dependencies);
}

function oneRoutes(app: App, dependencies: Dependencies): void {
  const { senderDomains } = dependencies.stores;
  route(app, {
    method: 'GET',
    url: '/v1/domains/:id',
    operationId: 'getDomain',
    summary: 'One domain and its records',
    description: 'Shows each record that is asked for beside what the last look-up found.',
    tags,
    params,
    answer: domain,
    run: async (request) =>
      domainView(
        found(await senderDomains.one(accountOf(request), innerId('dom', request.params.id))),
        dependencies,
      ),
  });
  route(app, {
    method: 'GET',
    url: '/v1/domains/:id/zonefile',
    operationId: 'getDomainZonefile',
    summary: 'The records as a zone file',
    description: 'For the import of a DNS provider.',
    tags,
    params,
    produces: ['text/plain'],
    run: async (request, reply) => {
      const row = found(await senderDomains.one(accountOf(request), innerId('dom', request.params.id)));
      const body = zoneFile(recordsOf(row, dependencies.installation, dependencies.now()));
      return sendContent(reply, { type: 'text/plain; charset=utf-8', body });
    },
  });
  route(app, {
    method: 'DELETE',
    url: '/v1/domains/:id',
    operationId: 'deleteDomain',
    summary: 'Remove a domain and its keys',
    description: 'Mail that waits to be sent as this domain is held.',
    tags,
    params,
    audit: 'domain.deleted',
    run: async (request) => {
      const accountId = accountOf(request);
      const id = innerId('dom', request.params.id);
      const before = domainView(found(await senderDomains.one(accountId, id)), dependencies);
      requireDone(await senderDomains.remove(accountId, id));
      noteChange(request, { before });
    },
  });
}

function actionRoutes(app: App, dependencies: Dependencies): void {
  const { senderDomains } = dependencies.stores;
  route(app, {
    method: 'POST',
    url: '/v1/domains/:id/verify',
    operationId: 'verifyDomain',
    summary: 'Look at DNS now',
    description: 'Asks DNS without a cache and answers what it found.',
    tags,
    params,
    answer: domain,
    audit: 'domain.checked',
    refusals: ['conflict'],
    run: async (request) => {
      const row = found(await senderDomains.one(accountOf(request), innerId('dom', request.params.id)));
      const before = domainView(row, dependencies);
      const after = domainView(
        found(await verifyDomain(row, { ...dependencies, senderDomains })),
        dependencies,
      );
      noteChange(request, { before: isSameFinding(before, after) ? after : before, after });
      return after;
    },
  });
  route(app, {
    method: 'POST',
    url: '/v1/domains/:id/dkim/rotate',
    operationId: 'rotateDomainDkim',
    summary: 'New DKIM keys; they take over once they are seen in DNS',
    description:
      'The old keys sign until the new ones are found in DNS, and stay published for a grace period.',
    tags,
    params,
    answer: domain,
    audit: 'domain.dkim_rotated',
    idempotent: true,
    refusals: ['conflict'],
    run: async (request) => {
      const accountId = accountOf(request);
      const id = innerId('dom', request.params.id);
      const row = found(await senderDomains.one(accountId, id));
      const keys = await makeDkimKeys({ accountId, domain: row.domain, round: nextRound(row.keys) });
      const rotated = await senderDomains.addKeys(
        accountId,
        id,
        keys.map((key) => newKeyRow(key, dependencies)),
      );
      if (rotated === 'waiting')
        throw new Refusal('conflict', { detail: 'keys of the last rotation are still to be published' });
      const after = domainView(found(rotated), dependencies);
      noteChange(request, { before: domainView(row, dependencies), after });
      return after;
    },
  });
}
