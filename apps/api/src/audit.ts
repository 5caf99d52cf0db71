/** One entry in the audit log for every request of an operator inside an account that changes nothing. Use-cases write the entries of changes. */

import { newId } from '@waybill/relay/management/audit';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Dependencies } from './dependencies.ts';
import { aboutOf } from './request.ts';

/** An operator inside an account. */
const isGuest = ({ principal }: FastifyRequest): boolean =>
  principal?.kind === 'operator' && principal.accountId !== undefined;

/** Reading and sending change no settings. */
const changesNothing = ({ method, routeOptions }: FastifyRequest): boolean =>
  method === 'GET' || method === 'HEAD' || routeOptions.config.permission?.testKey === 'send';

const targetOf = (request: FastifyRequest): string =>
  Object.values((request.params ?? {}) as Record<string, string>).join('/');

/** Written before the answer is sent: a visit that cannot be audited gets no answer. */
export async function auditVisit(
  request: FastifyRequest,
  reply: FastifyReply,
  dependencies: Dependencies,
): Promise<void> {
  const { principal } = request;
  if (principal === undefined || reply.statusCode >= 400) return;
  const isReplay = reply.getHeader('idempotency-replayed') !== undefined;
  if (isReplay || !isGuest(request) || !changesNothing(request)) return;
  await dependencies.stores.auditLog.append({
    id: newId(dependencies),
    ...(principal.accountId === undefined ? {} : { accountId: principal.accountId }),
    actor: principal.actor,
    action: 'account.visited',
    target: targetOf(request),
    detail: aboutOf(request),
    occurredAt: dependencies.now(),
  });
}
