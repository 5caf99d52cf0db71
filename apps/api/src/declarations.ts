/** What every route under `/v1` must declare before the server starts. */
import type { RouteOptions } from 'fastify';

/** Whether a route needs a key. */
export const isKeyed = (url: string | undefined): boolean =>
  url === '/emails' || url?.startsWith('/v1/') === true;

type Declared = Pick<RouteOptions, 'method' | 'url' | 'config'>;

/** A route without a scope, or without an audit action where one is needed, stops the start. */
export function requireDeclarations({ method, url, config }: Declared): void {
  if (!isKeyed(url)) return;
  const methods = [method].flat();
  const changes = methods.some((one) => !['GET', 'HEAD', 'OPTIONS'].includes(one));
  if (config?.scope === undefined) throw new Error(`${methods} ${url} declares no scope`);
  if (changes && config.audit === undefined) throw new Error(`${methods} ${url} declares no audit word`);
}
