/** What a request carries besides HTTP: the caller, what the route requires, and new ids. */
import { makeId } from '@waybill/relay/id';
import type { Permission } from '@waybill/relay/management/permissions';
import type { Principal } from '@waybill/relay/management/principal';
import { Refusal, type RefusalCode } from '@waybill/relay/refusal';
import type { FastifyRequest } from 'fastify';
import type { Change } from './audit-change.ts';
import type { Dependencies } from './dependencies.ts';
import type { HeaderName } from './openapi/facts.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The row of the route, set where a route needs a key. */
    permission?: Permission;
    /** The action in the audit log; `false`: the route changes nothing or makes a message. Required where a route may change something. */
    audit?: string | false;
    /** The route creates something and supports `Idempotency-Key`. */
    idempotent?: true;
    /** Codes that this route can answer, without those of every route. For the API description. */
    refusals?: readonly RefusalCode[];
    /** Headers that this route reads. For the API description. */
    headers?: readonly HeaderName[];
  }
  interface FastifyRequest {
    principal: Principal | undefined;
    idempotencyKey: { readonly accountId: string; readonly route: string; readonly key: string } | undefined;
    /** The answer depends on something that may change, although its status does not show it. It is not kept for replay. */
    answerMayChange: boolean;
    /** The id of what the handler made, for the audit log. */
    auditTarget: string | undefined;
    /** Set by `noteChange`. */
    auditChange: Change | undefined;
  }
}

export function principalOf(request: FastifyRequest): Principal {
  if (request.principal === undefined) throw new Refusal('authentication_required');
  return request.principal;
}

/** The account of the request. An operator's key names it by `Waybill-Account`. */
export function accountOf(request: FastifyRequest): string {
  const { accountId } = principalOf(request);
  if (accountId === undefined)
    throw new Refusal('forbidden', {
      detail: "an operator's key acts inside an account with the header Waybill-Account: acc_…",
    });
  return accountId;
}

export const newId = (dependencies: Pick<Dependencies, 'now' | 'random'>): string =>
  makeId(dependencies.now(), dependencies.random(10));

/** The row, or the same 404 that an id of another account gets. */
export function found<T>(row: T | undefined): T {
  if (row === undefined) throw new Refusal('not_found');
  return row;
}

/** Rejects with 404 when no row was changed. */
export function requireDone(done: boolean): void {
  if (!done) throw new Refusal('not_found');
}

/** `null` in JSON for `undefined`. */
export const orNull = <T>(value: T | undefined): T | null => value ?? null;
export const isoOrNull = (value: Date | undefined): string | null => value?.toISOString() ?? null;
