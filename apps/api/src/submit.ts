/** Hands a composed message to `accept`, as every route that sends does. After 202 nothing is refused. */
import type { Sent } from '@waybill/contract/send';
import { publicId } from '@waybill/relay/id';
import { isoOrNull } from '@waybill/relay/management/or-null';
import { faultAt } from '@waybill/relay/management/request-fault';
import { submitterOf } from '@waybill/relay/management/submitter';
import type { SubmissionOptions } from '@waybill/relay/message';
import type { SessionFacts } from '@waybill/relay/ports';
import type { RefusalCode } from '@waybill/relay/refusal';
import type { Accepted } from '@waybill/relay/submission/accepted';
import type { Composed } from '@waybill/relay/submission/composed';
import type { Submission } from '@waybill/relay/submission/submission';
import type { FastifyRequest } from 'fastify';
import type { Dependencies } from './dependencies.ts';
import { accountOf, principalOf } from './request.ts';

/** The refusals of `accept` and its gates. An address that is none is a fault of the request: `request_malformed`. */
const refusals: readonly RefusalCode[] = [
  'account_suspended',
  'sender_not_verified',
  'sender_not_allowed',
  'from_header_malformed',
  'recipient_suppressed',
  'too_many_recipients',
  'quota_exceeded',
  'quota_too_small',
  'message_malformed',
  'header_too_large',
  'header_field_repeated',
  'bare_line_ending',
  'line_too_long',
  'loop_detected',
  'send_time_refused',
];

/** The parts of a declaration that all routes share that send. */
export const sending = {
  idempotent: true,
  refusals,
} as const;

/** Base64 in JSON takes a third more than the message. */
export const jsonLimit = (dependencies: Dependencies): number =>
  Math.ceil(dependencies.maxMessageBytes * 1.4) + 65_536;

const statusOf = (
  { sendAt, suppressed }: Accepted,
  recipient: string,
): Sent['deliveries'][number]['status'] => {
  if (suppressed.has(recipient)) return 'suppressed';
  return sendAt === undefined ? 'queued' : 'scheduled';
};

export const sentView = (accepted: Accepted): Sent => ({
  id: publicId('msg', accepted.messageId),
  status: accepted.sendAt === undefined ? 'accepted' : 'scheduled',
  scheduled_at: isoOrNull(accepted.sendAt),
  deliveries: accepted.recipients.map((recipient, index) => ({
    id: publicId('dlv', accepted.deliveryIds[index] ?? ''),
    recipient,
    status: statusOf(accepted, recipient),
  })),
});

/** Mail sent with a test key stays in the sandbox; the body cannot change that. */
const optionsFor = (request: FastifyRequest, options: SubmissionOptions): SubmissionOptions =>
  principalOf(request).kind === 'test' ? { ...options, sandbox: true } : options;

async function requireStream(
  request: FastifyRequest,
  name: string | undefined,
  dependencies: Dependencies,
): Promise<void> {
  if (name === undefined) return;
  const streams = await dependencies.stores.streams.list(accountOf(request));
  if (streams.some((stream) => stream.name === name)) return;
  // The stream may exist at the next request.
  request.answerMayChange = true;
  throw faultAt('/stream', 'is no stream of this account');
}

export const sessionOf = (request: FastifyRequest): SessionFacts => ({
  via: 'http',
  clientIp: request.ip,
  heloName: undefined,
  protocol: 'HTTP',
  tls: undefined,
  listener: 'api',
  mechanism: undefined,
});

/** The submission of a composed message by the caller of the request. */
export async function submissionOf(
  request: FastifyRequest,
  composed: Composed,
  dependencies: Dependencies,
): Promise<Submission> {
  await requireStream(request, composed.options.stream, dependencies);
  return {
    envelope: composed.envelope,
    bytes: composed.bytes,
    session: sessionOf(request),
    authenticated: { accountId: accountOf(request), ...submitterOf(principalOf(request)) },
    networks: [],
    options: optionsFor(request, composed.options),
  };
}

export async function submit(
  request: FastifyRequest,
  composed: Composed,
  dependencies: Dependencies,
): Promise<Sent> {
  const accepted = await dependencies.accept(await submissionOf(request, composed, dependencies));
  request.sendingLimits = accepted.limits;
  if (!accepted.isRepeat) dependencies.metrics.accepted.inc({ via: 'http' });
  return sentView(accepted);
}
