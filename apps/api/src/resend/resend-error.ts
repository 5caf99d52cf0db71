/** The names that Resend gives to errors. https://resend.com/docs/api-reference/errors */
import type { Problem } from '@waybill/contract/problem';
import type { resendError } from '@waybill/contract/resend/error';
import type { RefusalCode } from '@waybill/relay/refusal';
import type { z } from 'zod';

const byCode: Partial<Record<RefusalCode, string>> = {
  authentication_required: 'missing_api_key',
  authentication_failed: 'invalid_api_key',
  forbidden: 'restricted_api_key',
  no_such_endpoint: 'not_found',
  method_not_allowed: 'method_not_allowed',
  idempotency_conflict: 'invalid_idempotent_request',
  idempotency_running: 'concurrent_idempotent_requests',
  rate_limited: 'rate_limit_exceeded',
  too_many_failures: 'rate_limit_exceeded',
  quota_exceeded: 'daily_quota_exceeded',
  from_header_malformed: 'invalid_from_address',
};

const byStatus: Readonly<Record<number, string>> = {
  404: 'not_found',
  429: 'rate_limit_exceeded',
  500: 'internal_server_error',
  503: 'application_error',
  507: 'application_error',
};

export const resendErrorOf = (problem: Problem): z.output<typeof resendError> => ({
  ...problem,
  statusCode: problem.status,
  name: byCode[problem.code as RefusalCode] ?? byStatus[problem.status] ?? 'validation_error',
  message: problem.detail === undefined ? problem.title : `${problem.title}: ${problem.detail}`,
});
