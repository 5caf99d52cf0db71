/** What a request carries besides HTTP: the caller, and what the route requires. */
import type { LimitState } from '@waybill/relay/limits/sending-limits';
import type { Caller } from '@waybill/relay/management/audit';
import type { Permission } from '@waybill/relay/management/permissions';
import { accountOf as ownAccountOf, type Principal } from '@waybill/relay/management/principal';
import type { Own } from '@waybill/relay/people/me';
import type { OpenSession } from '@waybill/relay/people/records';
import { Refusal, type RefusalCode } from '@waybill/relay/refusal';
import type { FastifyRequest } from 'fastify';
import type { HeaderName } from './openapi/facts.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The row of the route, set where a route needs a key. */
    permission?: Permission;
    /** The route creates something and supports `Idempotency-Key`. */
    idempotent?: true;
    /** Codes that this route can answer, without those of every route. For the API description. */
    refusals?: readonly RefusalCode[];
    /** The route answers with a file when it is asked for one. */
    exports?: true;
    /** The route takes and answers what Resend would, errors included. */
    dialect?: 'resend';
    /** A frame of the dashboard shows the answer and sends no header: the query may name the account of a login session. */
    accountInQuery?: true;
    /** Headers that this route reads. For the API description. */
    headers?: readonly HeaderName[];
  }
  interface FastifyRequest {
    principal: Principal | undefined;
    /** The login session, where a cookie authenticates the request. */
    openSession: OpenSession | undefined;
    idempotencyKey: { readonly accountId: string; readonly route: string; readonly key: string } | undefined;
    /** The answer depends on something that may change, although its status does not show it. It is not kept for replay. */
    answerMayChange: boolean;
    /** The sending limits that the last submission of the request used, or that refused it. */
    sendingLimits: readonly LimitState[] | undefined;
  }
}

export function principalOf(request: FastifyRequest): Principal {
  if (request.principal === undefined) throw new Refusal('authentication_required');
  return request.principal;
}

/** The account of the request. */
export const accountOf = (request: FastifyRequest): string => ownAccountOf(principalOf(request));

/** What the audit log shows of a request. */
export const aboutOf = (request: FastifyRequest) => ({
  request_id: request.id,
  ip: request.ip,
  request: `${request.method} ${request.routeOptions.url}`,
  ...actingOf(request),
});

/** An operator acts inside the account: the account's audit log shows who and why. */
function actingOf({ principal }: FastifyRequest) {
  const acting = principal?.kind === 'operator' ? principal.acting : undefined;
  return acting && { operator: acting.operator, acting_reason: acting.reason };
}

/** The caller as use-cases know it, with what the audit log shows of the request. */
export const callerOf = (request: FastifyRequest): Caller => ({
  ...principalOf(request),
  about: aboutOf(request),
});

/** The user of the login session, as the caller of a change of its own. The change belongs to no account. */
export function ownOf(request: FastifyRequest): Own {
  const { user, session } = sessionOf(request);
  return { userId: user.id, sessionId: session.id, caller: { ...callerOf(request), accountId: undefined } };
}

/** The login session of a request that needs one. */
export function sessionOf({ openSession }: FastifyRequest): OpenSession {
  if (openSession === undefined) throw new Refusal('authentication_required');
  return openSession;
}
