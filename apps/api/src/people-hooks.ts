/** The hooks of routes that need neither a key nor a login session, because they lead to one. */
import { Refusal } from '@waybill/relay/refusal';
import type { App, Dependencies } from './dependencies.ts';
import { logRequest, setPermission } from './key-hooks.ts';
import { refuseForeignOrigin } from './origin.ts';
import { rateLimit } from './rate-limit.ts';
import { requireSafeLogin } from './safe-login.ts';

export function openPeopleHooks(dependencies: Dependencies): (scope: App) => void {
  const { limits, now, publicUrl } = dependencies;
  const options = { name: 'people', quota: limits.failuresPerIp, windowMs: limits.windowMs, now };
  const perAddress = rateLimit(options, dependencies.rateLimits);
  return (scope) => {
    scope.addHook('onRoute', setPermission);
    scope.addHook('onRequest', async (request, reply) => {
      reply.header('cache-control', 'no-store');
      const { isOver, endsAt } = perAddress.hit(request.ip);
      if (isOver) throw new Refusal('rate_limited', { retryAt: endsAt });
      requireSafeLogin(request, publicUrl);
      refuseForeignOrigin(request, publicUrl);
    });
    scope.addHook('onResponse', async (request, reply) => logRequest({ request, reply }, dependencies));
  };
}
