/** Every route of /openapi.json, and a request for it that its owner may make. A new route is included without being named here. */
import { openScope, ownScope, type Permission, permissions } from '@waybill/relay/management/permissions';
import type { Seeded } from './seeded-account.ts';
import type { Ask, Json, TestApi } from './test-api.ts';

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';
export type Route = { readonly method: Method; readonly path: string };

export async function everyRoute(api: TestApi): Promise<readonly Route[]> {
  const document = (await api.as(undefined)('GET /openapi.json')).body;
  return Object.entries(document.paths as Record<string, Json>).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => ({ method: method.toUpperCase() as Method, path })),
  );
}

/** As the table of permissions writes it: `GET /v1/domains/:id`. */
export const nameOf = ({ method, path }: Route): string =>
  `${method} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`;
export const permissionOf = (route: Route): Permission => permissions[nameOf(route)] as Permission;
const asksByPost = new Set(['POST /v1/explain', 'POST /v1/admin/bounce-rules/test']);
/** It changes nothing: a GET, or a question that needs a body. */
export const isReading = ({ method, path }: Route): boolean =>
  method === 'GET' || asksByPost.has(`${method} ${path}`);
/** Needs a login session, and no account. */
export const isOwn = (route: Route): boolean => permissionOf(route).scope === ownScope;
/** Needs neither a key nor a login session. */
export const isOpen = (route: Route): boolean => permissionOf(route).scope === openScope;
/** No key may call it, whatever its scopes. */
export const isOfPerson = (route: Route): boolean => permissionOf(route).onlyPerson === true;
export const isAdmin = ({ path }: Route): boolean => path.startsWith('/v1/admin/');
export const hasParameter = ({ path }: Route): boolean => path.includes('{');
/** `/v1/domains/{id}/verify` → `domains`; `/v1/sandbox/messages/{id}` → `sandbox`; `/api-keys/{id}` → `root-api-keys`. */
const collectionOf = ({ path }: Route): string => {
  const [, root = '', first = '', second = ''] = path.split('/');
  if (root !== 'v1') return root === 'emails' ? 'messages' : `root-${root}`;
  if (first === 'webhooks' && second === 'deliveries') return 'webhook-deliveries';
  if (first !== 'admin') return first;
  return second === 'api-keys' ? 'operator-keys' : second;
};

/** Whatever an account stored under an address is its own: the answer for an address is never that of another account. */
export const isOfAddress = ({ path }: Route): boolean => path.startsWith('/v1/recipients/{address}');

function addressOf({ path }: Route, of: Seeded): string {
  if (path.startsWith('/v1/suppressions')) return of.suppressed;
  // What is erased must not be missing to the routes that are asked later.
  return path.endsWith('/erasure') ? 'matrix-erased@example.com' : 'ada@example.com';
}

export function urlOf(route: Route, of: Seeded): string {
  const address = addressOf(route, of);
  const id = of.ids[collectionOf(route)] ?? '';
  const url = route.path
    .replace('{id}', id)
    .replace('{address}', encodeURIComponent(address))
    .replace('{check}', 'certificate')
    .replace('{token}', 'wb_link_0');
  if (route.path === '/v1/webhooks/{id}/replay') return `${url}?since=${new Date().toISOString()}`;
  return route.path.endsWith('/content') ? `${url}?part=raw` : url;
}

let count = 0;
/** A body that the route accepts from the owner. */
export const bodies: Readonly<Record<string, (of: Seeded) => unknown>> = {
  'POST /v1/messages': (of) => ({ from: of.from, to: 'bob@example.com', subject: 'x', text: 'y' }),
  'POST /emails': (of) => ({ from: of.from, to: 'bob@example.com', subject: 'x', text: 'y' }),
  'POST /emails/batch': (of) => [{ from: of.from, to: 'bob@example.com', subject: 'x', text: 'y' }],
  'PATCH /emails/{id}': () => ({ scheduled_at: new Date(Date.now() + 3_600_000).toISOString() }),
  'POST /api-keys': () => ({ name: 'matrix' }),
  'PATCH /api-keys/{id}': () => ({ name: 'renamed' }),
  'POST /domains': () => ({ name: `matrix-${count++}.example` }),
  'PATCH /domains/{id}': () => ({ tracking_subdomain: 'go' }),
  'POST /webhooks': () => ({ endpoint: `https://hooks.example/${count++}`, events: ['email.bounced'] }),
  'PATCH /webhooks/{id}': () => ({ endpoint: `https://hooks.example/${count++}` }),
  'POST /v1/messages/actions': () => ({ action: 'cancel', filter: { custom_id: 'none' } }),
  'POST /v1/messages/batch': (of) => ({ messages: [{ from: of.from, to: 'bob@example.com', text: 'y' }] }),
  'PATCH /v1/messages/{id}': () => ({ scheduled_at: new Date(Date.now() + 3_600_000).toISOString() }),
  'PATCH /v1/account': () => ({ hide_client_ip: true }),
  'POST /v1/streams': () => ({ name: `matrix-${count++}` }),
  'PATCH /v1/streams/{id}': () => ({ list_unsubscribe: false }),
  'POST /v1/smtp-credentials': () => ({ name: 'matrix' }),
  'PATCH /v1/smtp-credentials/{id}': () => ({ name: 'renamed' }),
  'POST /v1/smtp-credentials/{id}/rotate': () => ({}),
  'POST /v1/api-keys/{id}/rotate': () => ({}),
  'POST /v1/api-keys': () => ({ name: 'matrix' }),
  'PATCH /v1/api-keys/{id}': () => ({ limits: { per_day: 1_000 } }),
  'POST /v1/ip-networks': () => ({ cidr: `93.185.${count++}.0/24` }),
  'POST /v1/from-addresses': () => ({ address: `matrix-${count++}@example.com` }),
  'PATCH /v1/domains/{id}': () => ({ dkim_rotation: 'yearly' }),
  'POST /v1/domains/{id}/dkim-keys': () => ({ selector: `matrix-${count++}` }),
  'POST /v1/domains': () => ({ domain: `matrix-${count++}.example` }),
  'POST /v1/suppressions': () => ({ address: `matrix-${count++}@example.com` }),
  'PATCH /v1/members/{id}': () => ({ role: 'viewer' }),
  'POST /v1/invitations': () => ({ email: `matrix-${count++}@example.com`, role: 'viewer' }),
  'POST /v1/explain': (of) => ({ from: of.from, to: 'bob@example.com', subject: 'x', text: 'y' }),
  'POST /v1/admin/bounce-rules': () => ({ pattern: 'matrix', category: 'other', party: 'policy' }),
  'PATCH /v1/admin/bounce-rules/{id}': () => ({ note: `matrix ${count++}` }),
  'POST /v1/admin/bounce-rules/test': () => ({ reply: '550 5.1.1 No such user' }),
  'POST /v1/admin/users': () => ({ email: `operator-${count++}@example.com` }),
  'PATCH /v1/admin/users/{id}': () => ({ status: 'disabled' }),
  'POST /v1/webhooks': () => ({ url: `https://hooks.example/${count++}` }),
  'PATCH /v1/webhooks/{id}': () => ({ description: `matrix ${count++}` }),
  'POST /v1/webhooks/{id}/rotate-secret': () => ({}),
  'POST /v1/admin/accounts': () => ({ name: 'matrix' }),
  'PATCH /v1/admin/accounts/{id}': () => ({ name: 'matrix' }),
  'POST /v1/admin/accounts/{id}/suspend': () => ({ reason: 'matrix' }),
  'POST /v1/admin/ip-networks': () => ({ cidr: `10.77.${count++}.0/24` }),
};

export function call(ask: Ask, route: Route, of: Seeded) {
  const name = `${route.method} ${route.path}`;
  if (name === 'POST /v1/messages/raw')
    return ask(`POST ${route.path}`, `From: ${of.from}\r\nSubject: x\r\n\r\nHi\r\n`, {
      'content-type': 'message/rfc822',
      'x-envelope-to': 'bob@example.com',
    });
  if (name === 'POST /v1/suppressions/import')
    return ask(`POST ${route.path}`, `matrix-${count++}@example.com\n`, { 'content-type': 'text/csv' });
  return ask(`${route.method} ${urlOf(route, of)}`, bodies[name]?.(of));
}
