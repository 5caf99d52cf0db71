/** What a request carries beside HTTP: who asks, what the route demands, and the ids that a handler makes. */
import type { Scope } from '@waybill/contract/api-key';
import { makeId } from '@waybill/relay/id';
import { Refusal, type RefusalCode } from '@waybill/relay/refusal';
import type { FastifyRequest } from 'fastify';
import type { Change } from './audit-change.ts';
import type { Dependencies } from './dependencies.ts';
import type { HeaderName } from './openapi/facts.ts';
import type { Principal } from './principal.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Demanded of every `/v1` route. */
    scope?: Scope;
    /** The word in the audit log; `false`: leaves its own trace (a message) or changes nothing. Demanded where something may change. */
    audit?: string | false;
    /** How a route of mail keeps live mail from a test key: `:id` is a message, the list is narrowed, or it only sends. */
    testKey?: 'message' | 'list' | 'send';
    /** Creating: honours `Idempotency-Key`. */
    idempotent?: true;
    /** Codes that this route can answer beside those that every route can. For the API description. */
    refusals?: readonly RefusalCode[];
    /** Headers that this route reads. For the API description. */
    headers?: readonly HeaderName[];
  }
  interface FastifyRequest {
    principal: Principal | undefined;
    idempotencyKey: { readonly accountId: string; readonly route: string; readonly key: string } | undefined;
    /** The answer rests on something that may be otherwise next time, although its status does not say so. */
    answerMayChange: boolean;
    /** What a handler wants the audit log to say beside the request: the thing it made. */
    auditTarget: string | undefined;
    /** Set by `noteChange`. */
    auditChange: Change | undefined;
  }
}

export function principalOf(request: FastifyRequest): Principal {
  if (request.principal === undefined) throw new Refusal('authentication_required');
  return request.principal;
}

/** The account that the request acts for. An operator's key names it by `Waybill-Account`. */
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

/** What changed no row named none. */
export function requireDone(done: boolean): void {
  if (!done) throw new Refusal('not_found');
}

/** `null` outside, `undefined` inside. */
export const orNull = <T>(value: T | undefined): T | null => value ?? null;
export const isoOrNull = (value: Date | undefined): string | null => value?.toISOString() ?? null;
