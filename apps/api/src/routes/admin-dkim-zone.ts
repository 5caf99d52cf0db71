import { operatorZoneFile } from '@waybill/relay/management/domains';
import { sendContent } from '../content-reply.ts';
import type { App, Dependencies } from '../dependencies.ts';
import { route } from '../route.ts';

export function adminDkimZoneRoutes(app: App, dependencies: Dependencies): void {
  route(app, {
    method: 'GET',
    url: '/v1/admin/dkim-zonefile',
    operationId: 'getDkimZonefile',
    summary: 'The DKIM keys that the operator publishes',
    description:
      'For the zone of WAYBILL_DKIM_DOMAIN: the keys of every account that points to them by CNAME. Publish it whenever it changes.',
    tags: ['Operator'],
    produces: ['text/plain'],
    run: async (_request, reply) =>
      sendContent(reply, { type: 'text/plain; charset=utf-8', body: await operatorZoneFile(dependencies) }),
  });
}
