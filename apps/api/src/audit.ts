/** Who changed what. Every change leaves one entry, and so does everything that an operator does inside an account. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { newId } from './request.ts';
import type { World } from './world.ts';

const maximumDetail = 2000;
const secretFields = ['smarthost_url'];

/** What was asked for, without what is secret and without what is long. */
function changesOf(body: unknown): Readonly<Record<string, unknown>> {
  if (body === null || typeof body !== 'object' || Buffer.isBuffer(body)) return {};
  const shown = Object.fromEntries(
    Object.entries(body).map(([name, value]) => [name, secretFields.includes(name) ? '[secret]' : value]),
  );
  return JSON.stringify(shown).length > maximumDetail ? { fields: Object.keys(shown) } : shown;
}

function actionOf(request: FastifyRequest): string | undefined {
  const { audit } = request.routeOptions.config;
  if (typeof audit === 'string') return audit;
  return request.principal?.isGuest ? 'account.visited' : undefined;
}

const targetOf = (request: FastifyRequest): string => {
  const params = Object.values((request.params ?? {}) as Record<string, string>);
  return request.auditTarget ?? params.join('/');
};

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
    detail: {
      request_id: request.id,
      ip: request.ip,
      request: `${request.method} ${request.routeOptions.url}`,
      ...(request.method === 'GET' ? {} : { changes: changesOf(request.body) }),
    },
    occurredAt: world.now(),
  });
}
