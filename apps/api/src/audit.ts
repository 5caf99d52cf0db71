/** Who changed what. Every change leaves one entry, and so does everything that an operator does inside an account. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Change, changedNames, type View } from './audit-change.ts';
import { newId } from './request.ts';
import type { World } from './world.ts';

const maximumDetail = 4000;
const secretFields = ['smarthost_url'];

const shortened = (fields: View): View =>
  JSON.stringify(fields).length > maximumDetail ? { fields: Object.keys(fields) } : fields;

/** What was asked for, without what is secret and without what is long. */
function changesOf(body: unknown): View {
  if (body === null || typeof body !== 'object' || Buffer.isBuffer(body)) return {};
  return shortened(
    Object.fromEntries(
      Object.entries(body).map(([name, value]) => [name, secretFields.includes(name) ? '[secret]' : value]),
    ),
  );
}

const isNothing = (change: Change | undefined): boolean =>
  change !== undefined && changedNames(change).length === 0;

/** Of something that stays, the fields that differ; of what is new or gone, all of them. */
function differing(change: Change): View {
  const names = changedNames(change);
  const only = (view: View | undefined): View | null =>
    view === undefined
      ? null
      : shortened(Object.fromEntries(names.map((name) => [name, view[name] ?? null])));
  return { before: only(change.before), after: only(change.after) };
}

function actionOf(request: FastifyRequest): string | undefined {
  const { audit } = request.routeOptions.config;
  if (typeof audit === 'string') return isNothing(request.auditChange) ? undefined : audit;
  return request.principal?.isGuest ? 'account.visited' : undefined;
}

const targetOf = (request: FastifyRequest): string => {
  const params = Object.values((request.params ?? {}) as Record<string, string>);
  return request.auditTarget ?? params.join('/');
};

function detailOf(request: FastifyRequest): View {
  const asked = {
    request_id: request.id,
    ip: request.ip,
    request: `${request.method} ${request.routeOptions.url}`,
  };
  if (request.method === 'GET') return asked;
  if (request.auditChange !== undefined) return { ...asked, ...differing(request.auditChange) };
  return { ...asked, changes: changesOf(request.body) };
}

/** Written before the answer leaves: a change that cannot be written down is not reported as done. */
export async function writeAudit(request: FastifyRequest, reply: FastifyReply, world: World): Promise<void> {
  const action = actionOf(request);
  const { principal } = request;
  if (action === undefined || principal === undefined || reply.statusCode >= 400) return;
  const isReplay = reply.getHeader('idempotency-replayed') !== undefined;
  if (isReplay) return;
  await world.stores.auditLog.append({
    id: newId(world),
    ...(principal.accountId === undefined ? {} : { accountId: principal.accountId }),
    actor: principal.actor,
    action,
    target: targetOf(request),
    detail: detailOf(request),
    occurredAt: world.now(),
  });
}
