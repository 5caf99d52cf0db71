/** The problem codes of an operation, by status, from its parameters and its declaration. RFC 9457. */
import { type RefusalCode, refusalRow } from '@waybill/relay/refusal';
import { resendErrorOf } from '../resend/resend-error.ts';
import type { Facts } from './facts.ts';
import type { Operation, Response } from './shapes.ts';

type Asked = {
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
  readonly facts: Facts;
};

const when = (isSo: boolean, ...codes: readonly RefusalCode[]): readonly RefusalCode[] => (isSo ? codes : []);

/** Codes of every operation with a key: key, permissions, rate, availability. */
const ofKey: readonly RefusalCode[] = [
  'authentication_required',
  'authentication_failed',
  'network_not_allowed',
  'forbidden',
  'account_deleting',
  'not_found',
  'rate_limited',
  'too_many_failures',
  'temporarily_unavailable',
];

/** Codes of operations that lead to a login: plain HTTP, a page of another site, rate, availability. */
const ofOpen: readonly RefusalCode[] = [
  'https_required',
  'forbidden',
  'rate_limited',
  'temporarily_unavailable',
];

function codesOf({ method, path, operation, facts }: Asked): readonly RefusalCode[] {
  // A body is read before the route runs, even where none is expected.
  const hasBody = method !== 'get';
  const takesInput =
    hasBody || path.includes('{address}') || (operation.parameters ?? []).some((one) => one.in === 'query');
  const codes = [
    ...(facts.isKeyed ? ofKey : ofOpen),
    ...when(takesInput || facts.isIdempotent, 'request_malformed'),
    ...when(hasBody, 'unsupported_media_type', 'message_too_large'),
    ...when(facts.isIdempotent, 'idempotency_conflict', 'idempotency_running'),
    ...when(method !== 'get', 'storage_full'),
    ...facts.refusals,
  ];
  return [...new Set(codes)];
}

type Shape = { readonly publicUrl: string; readonly isResend: boolean };

/** An example problem; `publicUrl` is the base of its page. */
const exampleOf = (code: RefusalCode, { publicUrl, isResend }: Shape) => {
  const { text, http, fix } = refusalRow(code);
  const problem = {
    type: `${publicUrl}/problems/${code}`,
    title: text,
    status: http,
    code,
    fix,
    request_id: 'req_06h29678q1v5fa1acspgh012b0',
  };
  return isResend ? resendErrorOf(problem) : problem;
};

function responseOf(codes: readonly RefusalCode[], shape: Shape): Response {
  const isLater = codes.some(
    (code) => [429, 503].includes(refusalRow(code).http) || code === 'idempotency_running',
  );
  const retryAfter = { description: 'Seconds to wait', schema: { type: 'integer' } };
  return {
    description: codes.map((code) => `\`${code}\`: ${refusalRow(code).text}.`).join(' '),
    ...(isLater ? { headers: { 'Retry-After': retryAfter } } : {}),
    content: {
      'application/problem+json': {
        schema: {
          allOf: [
            { $ref: `#/components/schemas/${shape.isResend ? 'ResendError' : 'Problem'}` },
            { type: 'object', properties: { code: { type: 'string', enum: [...codes] } } },
          ],
        },
        examples: Object.fromEntries(
          codes.map((code) => [code, { summary: refusalRow(code).text, value: exampleOf(code, shape) }]),
        ),
      },
    },
  };
}

export function problemsOf(asked: Asked, publicUrl: string): Readonly<Record<string, Response>> {
  const shape = { publicUrl, isResend: asked.facts.isResend };
  const byStatus = Map.groupBy(codesOf(asked), (code) => String(refusalRow(code).http));
  return Object.fromEntries([...byStatus].map(([status, codes]) => [status, responseOf(codes, shape)]));
}
