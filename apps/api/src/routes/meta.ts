/** For load balancers and supervisors. They reveal no internals; the operator sees those at /v1/admin/health. */

import type { App, Dependencies } from '../dependencies.ts';
import { isReady } from '../readiness.ts';

export function metaRoutes(app: App, dependencies: Dependencies): void {
  app.get('/healthz', { schema: { hide: true } }, async () => ({ ok: true }));
  app.get('/readyz', { schema: { hide: true } }, async (_request, reply) => {
    const ready = await isReady(dependencies);
    return reply.code(ready ? 200 : 503).send({ ready });
  });
}
