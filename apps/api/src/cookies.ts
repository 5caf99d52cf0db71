/** The cookies of a login. RFC 6265. The prefix `__Host-` binds a cookie to this host and to TLS; plain HTTP on loopback goes without it. */
import { SESSION_MS } from '@waybill/relay/people/start-session';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Dependencies } from './dependencies.ts';
import { ATTEMPT_SECONDS } from './oidc/attempt.ts';

type Place = Pick<Dependencies, 'publicUrl'>;

const day = 86_400;
/** How long a browser is known: until then, failed logins of other browsers for the same address do not count against it. */
const BROWSER_SECONDS = 180 * day;

const isSecure = ({ publicUrl }: Place): boolean => publicUrl.startsWith('https:');
const nameOf = (name: string, place: Place): string => (isSecure(place) ? `__Host-${name}` : name);

const SESSION = 'waybill';
const BROWSER = 'waybill-browser';
const OIDC = 'waybill-oidc';

function read(request: FastifyRequest, name: string): string | undefined {
  const { cookie = '' } = request.headers;
  for (const pair of cookie.split(';')) {
    const [key = '', value = ''] = pair.trim().split('=');
    if (key === name) return value;
  }
  return undefined;
}

function write(
  reply: FastifyReply,
  { name, value, seconds }: { readonly name: string; readonly value: string; readonly seconds: number },
  place: Place,
): void {
  const secure = isSecure(place) ? '; Secure' : '';
  reply.header(
    'set-cookie',
    `${nameOf(name, place)}=${value}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Lax${secure}`,
  );
}

export const sessionCookie = (request: FastifyRequest, place: Place): string | undefined =>
  read(request, nameOf(SESSION, place));
export const browserCookie = (request: FastifyRequest, place: Place): string | undefined =>
  read(request, nameOf(BROWSER, place));

export const setSessionCookie = (reply: FastifyReply, token: string, place: Place): void =>
  write(reply, { name: SESSION, value: token, seconds: SESSION_MS / 1_000 }, place);
export const clearSessionCookie = (reply: FastifyReply, place: Place): void =>
  write(reply, { name: SESSION, value: '', seconds: 0 }, place);
export const setBrowserCookie = (reply: FastifyReply, proof: string, place: Place): void =>
  write(reply, { name: BROWSER, value: proof, seconds: BROWSER_SECONDS }, place);

export const oidcCookie = (request: FastifyRequest, place: Place): string | undefined =>
  read(request, nameOf(OIDC, place)) || undefined;
/** Empty: the attempt is over. */
export const setOidcCookie = (reply: FastifyReply, sealed: string, place: Place): void =>
  write(reply, { name: OIDC, value: sealed, seconds: sealed === '' ? 0 : ATTEMPT_SECONDS }, place);
