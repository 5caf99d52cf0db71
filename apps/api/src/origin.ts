/** A browser names the page that makes a request in `Origin`. A change by cookie must come from our own pages. RFC 6454 §7. */
import { isLoopback } from '@waybill/relay/domains/networks';
import { Refusal } from '@waybill/relay/refusal';
import type { FastifyRequest } from 'fastify';

/** Names of this machine that lead to one server: passkeys need a name, and `waybill dev` prints the address. */
const loopbackHosts = ['127.0.0.1', 'localhost', '[::1]'];

export function isOwnOrigin(origin: string, publicUrl: string): boolean {
  const own = new URL(publicUrl);
  if (origin === own.origin) return true;
  if (own.protocol !== 'http:' || !isLoopback(own.hostname) || !URL.canParse(origin)) return false;
  const given = new URL(origin);
  return (
    given.origin === origin &&
    given.protocol === own.protocol &&
    given.port === own.port &&
    loopbackHosts.includes(given.hostname)
  );
}

const foreign = (): Refusal =>
  new Refusal('forbidden', {
    detail: 'a change with a login session needs the header Origin of this installation',
  });

export function requireOwnOrigin({ headers }: FastifyRequest, publicUrl: string): void {
  if (headers.origin === undefined || !isOwnOrigin(headers.origin, publicUrl)) throw foreign();
}

/** For requests that no cookie authenticates: a program sends no `Origin`, and a page of another site sends its own. */
export function refuseForeignOrigin({ headers }: FastifyRequest, publicUrl: string): void {
  if (headers.origin !== undefined && !isOwnOrigin(headers.origin, publicUrl)) throw foreign();
}
