/** The only place where an error becomes an answer. RFC 9457. An unexpected error is 503, and its text stays in the log. */
import type { Problem } from '@waybill/contract/problem';
import { Taken } from '@waybill/io/postgres/connection/taken';
import { RequestFault } from '@waybill/relay/management/request-fault';
import { asRefusal, Refusal, type RefusalCode, refusalRow } from '@waybill/relay/refusal';
import { OverLimit } from '@waybill/relay/submission/take-quota';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { resendErrorOf } from './resend/resend-error.ts';

/** Errors of fastify before a route is reached. */
const fastifyCodes: Readonly<Record<string, RefusalCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'message_too_large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported_media_type',
  FST_ERR_CTP_INVALID_JSON_BODY: 'request_malformed',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'request_malformed',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'request_malformed',
  FST_ERR_BAD_URL: 'no_such_endpoint',
  FST_ERR_ASYNC_CONSTRAINT: 'no_such_endpoint',
  FST_ERR_MAX_PARAM_LENGTH: 'not_found',
};

const codeOf = (error: unknown): string =>
  String((error as { readonly code?: unknown } | undefined)?.code ?? '');

/** Database constraints that a client can violate, in words. The names of constraints stay inside. */
const takenWords: readonly (readonly [RegExp, string])[] = [
  [/one_owner/, 'the domain is verified for another account; the operator can release it there'],
  [
    /network_overlap/,
    'this network overlaps with a network of another account or with a trusted relay; the operator can register it for you',
  ],
  [/network/, 'this network is registered already, or by another account that does not share it'],
  [/certificate/, 'a certificate belongs to another credential, of this account or of another'],
  [/username/, 'this user name is taken'],
  [/address/, 'this address is registered already'],
  [/selector/, 'this domain has a key under this selector already'],
  [/domain/, 'this domain is registered already'],
  [/name/, 'this name is taken'],
];

const takenDetail = ({ what }: Taken): string =>
  takenWords.find(([rule]) => rule.test(what))?.[1] ?? 'it exists already';

function clientFault(error: unknown): Refusal | undefined {
  if (error instanceof Refusal) return error;
  if (error instanceof Taken) return new Refusal('conflict', { detail: takenDetail(error), cause: error });
  const known = fastifyCodes[codeOf(error)];
  if (known !== undefined) return new Refusal(known, { cause: error });
  return undefined;
}

export const refusalOf = (error: unknown): Refusal => clientFault(error) ?? asRefusal(error);

export function problemOf(refusal: Refusal, requestId: string, publicUrl: string): Problem {
  const row = refusalRow(refusal.code);
  return {
    type: `${publicUrl}/problems/${refusal.code}`,
    title: row.text,
    status: row.http,
    code: refusal.code,
    ...(refusal.detail === undefined ? {} : { detail: refusal.detail }),
    fix: row.fix,
    ...(refusal instanceof RequestFault ? { errors: [...refusal.faults] } : {}),
    request_id: requestId,
  };
}

export type ReplyDependencies = {
  readonly publicUrl: string;
  readonly now: () => Date;
  readonly metrics: { readonly refused: { inc(labels: { readonly code: string }): void } };
  readonly log: { error(fields: Readonly<Record<string, unknown>>, message: string): void };
};

/** For a 503 that does not know when: a process that was busy or lost its database is back by then. Seconds. */
const BUSY_SECONDS = 5;

/** The value of `Retry-After` (RFC 9110 §10.2.3). */
function retryAfterOf(retryAt: Date | undefined, status: number, now: Date): string | undefined {
  if (retryAt !== undefined)
    return String(Math.max(1, Math.ceil((retryAt.getTime() - now.getTime()) / 1000)));
  return status === 503 ? String(BUSY_SECONDS) : undefined;
}

/** The problem document of an error, for an answer or for one item of a batch. Unexpected errors are logged here only. */
export function tellProblem(
  error: unknown,
  request: FastifyRequest,
  dependencies: ReplyDependencies,
): Problem {
  const refusal = refusalOf(error);
  if (refusal instanceof OverLimit) request.sendingLimits = refusal.limits;
  if (refusal.code === 'temporarily_unavailable' || refusal.code === 'storage_full')
    dependencies.log.error(
      { err: refusal.cause ?? refusal, requestId: request.id, route: request.routeOptions.url },
      'unplanned',
    );
  return problemOf(refusal, request.id, dependencies.publicUrl);
}

export function replyWithProblem(
  error: unknown,
  { request, reply }: { readonly request: FastifyRequest; readonly reply: FastifyReply },
  dependencies: ReplyDependencies,
): FastifyReply {
  const { retryAt } = refusalOf(error);
  const problem = tellProblem(error, request, dependencies);
  dependencies.metrics.refused.inc({ code: problem.code });
  // RFC 9110 §15.5.2: every 401 names a scheme.
  if (problem.status === 401) reply.header('www-authenticate', 'Bearer realm="waybill"');
  const retryAfter = retryAfterOf(retryAt, problem.status, dependencies.now());
  if (retryAfter !== undefined) reply.header('retry-after', retryAfter);
  return reply
    .code(problem.status)
    .header('content-type', 'application/problem+json; charset=utf-8')
    .header('cache-control', 'no-store')
    .serializer((value: unknown) => JSON.stringify(value))
    .send(request.routeOptions?.config?.dialect === 'resend' ? resendErrorOf(problem) : problem);
}
