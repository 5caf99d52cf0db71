/** The audit log: one entry for every change, and for every request of an operator inside an account. */

import { newId } from '@waybill/relay/management/audit';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { beforeAndAfter, type Change, changedNames, type View } from './audit-change.ts';
import type { Dependencies } from './dependencies.ts';
import { aboutOf } from './request.ts';

/** A handler that does not note its change fails at its first call, in every test of its route. */
function changeOf(request: FastifyRequest): Change {
  if (request.auditChange === undefined)
    throw new Error(`${request.method} ${request.routeOptions.url} noted no change for the audit log`);
  return request.auditChange;
}

/** An operator inside an account. */
const isGuest = ({ principal }: FastifyRequest): boolean =>
  principal?.kind === 'operator' && principal.accountId !== undefined;

/** Reading and sending change no settings. */
const changesNothing = ({ method, routeOptions }: FastifyRequest): boolean =>
  method === 'GET' || method === 'HEAD' || routeOptions.config.permission?.testKey === 'send';

function actionOf(request: FastifyRequest): string | undefined {
  const { audit } = request.routeOptions.config;
  if (typeof audit === 'string') return changedNames(changeOf(request)).length === 0 ? undefined : audit;
  return isGuest(request) && changesNothing(request) ? 'account.visited' : undefined;
}

const targetOf = (request: FastifyRequest): string => {
  const params = Object.values((request.params ?? {}) as Record<string, string>);
  return request.auditTarget ?? params.join('/');
};

function detailOf(request: FastifyRequest): View {
  const asked = aboutOf(request);
  // Reading and sending change no settings. Only the operator's request is noted.
  return request.auditChange === undefined ? asked : { ...asked, ...beforeAndAfter(request.auditChange) };
}

/** Written before the answer is sent: a change that cannot be audited is not reported as done. */
export async function writeAudit(
  request: FastifyRequest,
  reply: FastifyReply,
  dependencies: Dependencies,
): Promise<void> {
  const { principal } = request;
  if (principal === undefined || reply.statusCode >= 400) return;
  const isReplay = reply.getHeader('idempotency-replayed') !== undefined;
  const action = isReplay ? undefined : actionOf(request);
  if (action === undefined) return;
  await dependencies.stores.auditLog.append({
    id: newId(dependencies),
    ...(principal.accountId === undefined ? {} : { accountId: principal.accountId }),
    actor: principal.actor,
    action,
    target: targetOf(request),
    detail: detailOf(request),
    occurredAt: dependencies.now(),
  });
}
