import { dkimKeyBody, domain, domainBody, domainChange, domainPatch } from '@waybill/contract/domain';
import { idParams } from '@waybill/contract/id';
import { listQuery } from '@waybill/contract/list';
import { domainChangeView, domainView } from '@waybill/relay/management/domain-json';
import {
  addDkimKey,
  changeDomain,
  checkDomain,
  createDomain,
  domainZoneFile,
  removeDomain,
  rotateDkim,
} from '@waybill/relay/management/domains';
import { found } from '@waybill/relay/management/found';
import { sendContent } from '../content-reply.ts';
import type { App, Dependencies } from '../dependencies.ts';
import { innerId } from '../inner-id.ts';
import { listRoute } from '../list-route.ts';
import { accountOf, callerOf } from '../request.ts';
import { route } from '../route.ts';

const tags = ['Domains'];
const params = idParams('dom');

export function domainRoutes(app: App, dependencies: Dependencies): void {
  listRoute(app, dependencies, {
    url: '/v1/domains',
    operationId: 'listDomains',
    summary: 'Sender domains',
    description: 'Each with the records it needs and what the last look-up found.',
    tags,
    cursor: 'domains',
    query: listQuery,
    item: domain,
    rows: (page, request) => dependencies.stores.senderDomains.list(accountOf(request), page),
    view: (row) => domainView(row, dependencies),
  });
  route(app, {
    method: 'POST',
    url: '/v1/domains',
    operationId: 'createDomain',
    summary: 'Add a sender domain; answers the records to publish',
    description:
      'The domain counts once its DKIM record is found in DNS. When another account holds the domain, the ownership record decides.',
    tags,
    body: domainBody,
    answer: domain,
    statuses: [201],
    idempotent: true,
    refusals: ['conflict'],
    run: async (request) => {
      const { body } = request;
      const asked = {
        domain: body.domain,
        trackingHost: body.tracking_host,
        dkimRecord: body.dkim_record,
        dkimRotation: body.dkim_rotation,
      };
      return domainView(await createDomain(asked, callerOf(request), dependencies), dependencies);
    },
  });
  oneRoutes(app, dependencies);
  checkRoutes(app, dependencies);
  keyRoutes(app, dependencies);
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
    run: async (request) => {
      const row = await senderDomains.one(accountOf(request), innerId('dom', request.params.id));
      return domainView(found(row), dependencies);
    },
  });
  route(app, {
    method: 'PATCH',
    url: '/v1/domains/:id',
    operationId: 'updateDomain',
    summary: 'Change the tracking host or the rotation of a domain',
    description:
      'Fields that are not given stay as they are. A new tracking host counts once its record is found.',
    tags,
    params,
    body: domainPatch,
    answer: domain,
    run: async (request) => {
      const patch = {
        id: innerId('dom', request.params.id),
        trackingHost: request.body.tracking_host,
        dkimRotation: request.body.dkim_rotation,
      };
      return domainView(await changeDomain(patch, callerOf(request), dependencies), dependencies);
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
    run: async (request) => {
      await removeDomain(innerId('dom', request.params.id), callerOf(request), dependencies);
    },
  });
}

function checkRoutes(app: App, dependencies: Dependencies): void {
  const { senderDomains } = dependencies.stores;
  route(app, {
    method: 'POST',
    url: '/v1/domains/:id/verify',
    operationId: 'verifyDomain',
    summary: 'Look at DNS now',
    description:
      'Asks the authoritative servers and public resolvers, without a cache, and answers what they showed. Refused with `conflict` while another account holds the domain.',
    tags,
    params,
    answer: domain,
    refusals: ['conflict'],
    run: async (request) => {
      const row = await checkDomain(innerId('dom', request.params.id), callerOf(request), dependencies);
      return domainView(row, dependencies);
    },
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
      const body = domainZoneFile(row, dependencies);
      return sendContent(reply, { type: 'text/plain; charset=utf-8', body });
    },
  });
  listRoute(app, dependencies, {
    url: '/v1/domains/:id/history',
    operationId: 'listDomainHistory',
    summary: 'What changed in DNS',
    description:
      'Each look-up that found something else than the one before: which records, from what to what.',
    tags,
    params,
    cursor: 'domain-history',
    query: listQuery,
    item: domainChange,
    rows: async (page, request) => {
      const accountId = accountOf(request);
      const id = innerId('dom', (request.params as { id: string }).id);
      found(await senderDomains.one(accountId, id));
      return senderDomains.history(accountId, id, page);
    },
    view: domainChangeView,
  });
}

function keyRoutes(app: App, dependencies: Dependencies): void {
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
    idempotent: true,
    refusals: ['conflict'],
    run: async (request) => {
      const row = await rotateDkim(innerId('dom', request.params.id), callerOf(request), dependencies);
      return domainView(row, dependencies);
    },
  });
  route(app, {
    method: 'POST',
    url: '/v1/domains/:id/dkim-keys',
    operationId: 'createDomainDkimKey',
    summary: 'A DKIM key under a selector of your own, made here or imported',
    description:
      'It signs once DNS shows exactly this key, and takes the place of keys of its algorithm that still wait for DNS. The private key is encrypted and never shown.',
    tags,
    params,
    body: dkimKeyBody,
    answer: domain,
    statuses: [201],
    idempotent: true,
    refusals: ['conflict'],
    run: async (request) => {
      const { selector, private_key: privateKeyPem, algorithm = 'rsa' } = request.body;
      const asked = { id: innerId('dom', request.params.id), selector, privateKeyPem, algorithm };
      return domainView(await addDkimKey(asked, callerOf(request), dependencies), dependencies);
    },
  });
}
