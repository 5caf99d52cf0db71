/** `/domains`: sender domains as Resend makes, lists, verifies and removes them. docs/api.md §5. */
import { idParams } from '@waybill/contract/id';
import {
  resendDomain,
  resendDomainBody,
  resendDomainChanged,
  resendDomainMade,
  resendDomainPatch,
  resendDomainRemoved,
  resendDomainSummary,
} from '@waybill/contract/resend/domain';
import { resendListOf, resendListQuery } from '@waybill/contract/resend/list';
import { domainView } from '@waybill/relay/management/domain-json';
import { changeDomain, checkDomain, createDomain, removeDomain } from '@waybill/relay/management/domains';
import { found } from '@waybill/relay/management/found';
import type { App, Dependencies } from '../dependencies.ts';
import { innerId } from '../inner-id.ts';
import { accountOf, callerOf } from '../request.ts';
import { route } from '../route.ts';
import { resendDomainOf, resendSummaryOf } from './domain-view.ts';
import { resendList, resendPage } from './resend-list.ts';

const tags = ['Resend'];
const dialect = 'resend';
const params = idParams('dom');

const hostOf = (label: string | undefined, domain: string): string | undefined =>
  label === undefined ? undefined : `${label}.${domain}`;

function collectionRoutes(app: App, dependencies: Dependencies): void {
  route(app, {
    method: 'GET',
    url: '/domains',
    operationId: 'listResendDomains',
    summary: 'Sender domains as Resend lists them',
    description: 'Without their records, which GET /domains/{id} shows.',
    tags,
    dialect,
    query: resendListQuery('dom'),
    answer: resendListOf(resendDomainSummary),
    run: async (request) => {
      const { query } = request;
      const page = resendPage('dom', query);
      const rows = await dependencies.stores.senderDomains.list(accountOf(request), page);
      const view = (row: (typeof rows)[number]) => resendSummaryOf(domainView(row, dependencies));
      return resendList(rows, { query, view });
    },
  });
  route(app, {
    method: 'POST',
    url: '/domains',
    operationId: 'createResendDomain',
    summary: 'Add a sender domain; answers the records to publish',
    description:
      'Opens and clicks are tracked as streams and messages say, so a domain has no setting for them.',
    tags,
    dialect,
    body: resendDomainBody,
    answer: resendDomainMade,
    statuses: [201],
    idempotent: true,
    refusals: ['conflict'],
    run: async (request) => {
      const { name, tracking_subdomain: label } = request.body;
      const asked = {
        domain: name,
        trackingHost: hostOf(label, name),
        dkimRecord: undefined,
        dkimRotation: undefined,
      };
      const row = await createDomain(asked, callerOf(request), dependencies);
      return resendDomainOf(domainView(row, dependencies));
    },
  });
}

function oneRoutes(app: App, dependencies: Dependencies): void {
  const one = async (request: Parameters<typeof accountOf>[0], id: string) =>
    found(await dependencies.stores.senderDomains.one(accountOf(request), innerId('dom', id)));
  route(app, {
    method: 'GET',
    url: '/domains/:id',
    operationId: 'getResendDomain',
    summary: 'One domain and its records',
    description: 'Each record with its status at the last look-up.',
    tags,
    dialect,
    params,
    answer: resendDomain,
    run: async (request) => {
      const row = await one(request, request.params.id);
      return { object: 'domain' as const, ...resendDomainOf(domainView(row, dependencies)) };
    },
  });
  route(app, {
    method: 'PATCH',
    url: '/domains/:id',
    operationId: 'updateResendDomain',
    summary: 'Change the tracking host of a domain',
    description: 'The new host counts once its record is found in DNS.',
    tags,
    dialect,
    params,
    body: resendDomainPatch,
    answer: resendDomainChanged,
    run: async (request) => {
      const { id, domain } = await one(request, request.params.id);
      const trackingHost = hostOf(request.body.tracking_subdomain, domain);
      await changeDomain({ id, trackingHost, dkimRotation: undefined }, callerOf(request), dependencies);
      return { object: 'domain' as const, id: request.params.id };
    },
  });
  route(app, {
    method: 'DELETE',
    url: '/domains/:id',
    operationId: 'removeResendDomain',
    summary: 'Remove a domain and its keys',
    description: 'Mail that waits to be sent as this domain is held.',
    tags,
    dialect,
    params,
    answer: resendDomainRemoved,
    run: async (request) => {
      await removeDomain(innerId('dom', request.params.id), callerOf(request), dependencies);
      return { object: 'domain' as const, id: request.params.id, deleted: true as const };
    },
  });
}

function verifyRoute(app: App, dependencies: Dependencies): void {
  route(app, {
    method: 'POST',
    url: '/domains/:id/verify',
    operationId: 'verifyResendDomain',
    summary: 'Look at DNS now',
    description: 'GET /domains/{id} then shows what was found.',
    tags,
    dialect,
    params,
    answer: resendDomainChanged,
    refusals: ['conflict'],
    run: async (request) => {
      await checkDomain(innerId('dom', request.params.id), callerOf(request), dependencies);
      return { object: 'domain' as const, id: request.params.id };
    },
  });
}

export function resendDomainRoutes(app: App, dependencies: Dependencies): void {
  collectionRoutes(app, dependencies);
  oneRoutes(app, dependencies);
  verifyRoute(app, dependencies);
}
