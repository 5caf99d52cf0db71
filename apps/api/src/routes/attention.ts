import { attention } from '@waybill/contract/attention';
import { statisticsSpanQuery } from '@waybill/contract/statistics';
import { readAttention } from '@waybill/relay/management/attention';
import { spanOf } from '@waybill/relay/statistics/span';
import type { App, Dependencies } from '../dependencies.ts';
import { accountOf } from '../request.ts';
import { route } from '../route.ts';

export function attentionRoutes(app: App, dependencies: Dependencies): void {
  route(app, {
    method: 'GET',
    url: '/v1/stats/attention',
    operationId: 'getAttention',
    summary: 'What needs attention: what went wrong, why, and what to do',
    description:
      'Deliveries that did not arrive or wait, as they stand now, grouped by status, provider, reason and domain of the recipient, with an example of each group. They count by the time of acceptance; changes of the last seconds may not be counted yet. Beside them stands what is in the way of mail: degraded domains, failing webhooks, locked credentials, limits that are nearly used up.',
    tags: ['Statistics'],
    query: statisticsSpanQuery,
    answer: attention,
    run: (request) => {
      const { limit, ...asked } = request.query;
      const span = { ...spanOf(asked, dependencies.now()), limit };
      return readAttention(accountOf(request), span, dependencies);
    },
  });
}
