/** Sends mail by HTTP through `accept`, as SMTP does. After 202 nothing is refused. */

import { batchSent } from '@waybill/contract/message';
import { batchBody, type SendBody, type Sent, sendBody, sent, sentAlias } from '@waybill/contract/send';
import { publicId } from '@waybill/relay/id';
import { isoOrNull } from '@waybill/relay/management/or-null';
import { keyIdOf } from '@waybill/relay/management/principal';
import { faultAt } from '@waybill/relay/management/request-fault';
import type { SubmissionOptions } from '@waybill/relay/message';
import type { RefusalCode } from '@waybill/relay/refusal';
import type { Accepted } from '@waybill/relay/submission/accepted';
import type { FastifyRequest } from 'fastify';
import { type Composed, compose } from '../compose.ts';
import type { App, Dependencies } from '../dependencies.ts';
import { refusalOf, tellProblem } from '../http-reply.ts';
import { readRaw } from '../raw-message.ts';
import { readPart } from '../read-request.ts';
import { accountOf, principalOf } from '../request.ts';
import { route } from '../route.ts';

/** The refusals of `accept` and its gates, over HTTP and SMTP. */
const refusals: readonly RefusalCode[] = [
  'account_suspended',
  'sender_malformed',
  'sender_not_verified',
  'sender_not_allowed',
  'from_header_malformed',
  'recipient_malformed',
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
const sending = {
  audit: false,
  idempotent: true,

  refusals,
} as const;

/** Base64 in JSON takes a third more than the message. */
const jsonLimit = (dependencies: Dependencies): number =>
  Math.ceil(dependencies.maxMessageBytes * 1.4) + 65_536;

const statusOf = (
  { sendAt, suppressed }: Accepted,
  recipient: string,
): Sent['deliveries'][number]['status'] => {
  if (suppressed.has(recipient)) return 'suppressed';
  return sendAt === undefined ? 'queued' : 'scheduled';
};

const sentView = (accepted: Accepted): Sent => ({
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

async function submit(
  request: FastifyRequest,
  composed: Composed,
  dependencies: Dependencies,
): Promise<Sent> {
  const accountId = accountOf(request);
  await requireStream(request, composed.options.stream, dependencies);
  const accepted = await dependencies.accept({
    envelope: composed.envelope,
    bytes: composed.bytes,
    session: {
      via: 'http',
      clientIp: request.ip,
      heloName: undefined,
      protocol: 'HTTP',
      tls: undefined,
      listener: 'api',
      mechanism: undefined,
    },
    authenticated: { accountId, credentialId: keyIdOf(principalOf(request)) },
    networks: [],
    options: optionsFor(request, composed.options),
  });
  request.sendingLimits = accepted.limits;
  if (!accepted.isRepeat) dependencies.metrics.accepted.inc({ via: 'http' });
  return sentView(accepted);
}

export function sendRoutes(app: App, dependencies: Dependencies): void {
  route(app, {
    method: 'POST',
    url: '/v1/messages',
    operationId: 'sendMessage',
    summary: 'Send a message',
    description:
      'Takes one message and answers once it is stored. Each recipient gets a delivery of its own; the events, the trace and the message itself say what became of it.',
    tags: ['Send'],
    body: sendBody,
    answer: sent,
    statuses: [202],
    ...sending,
    bodyLimit: jsonLimit(dependencies),
    run: async (request, reply) =>
      reply
        .code(202)
        .send(await submit(request, await compose(request.body, dependencies.now()), dependencies)),
  });
  route(app, {
    method: 'POST',
    url: '/v1/messages/raw',
    operationId: 'sendRawMessage',
    summary: 'Send a message as it is (message/rfc822)',
    description: 'The envelope stands in X-Envelope-From and X-Envelope-To (addresses separated by commas).',
    tags: ['Send'],
    consumes: ['message/rfc822'],
    answer: sent,
    statuses: [202],
    ...sending,
    headers: ['X-Envelope-From', 'X-Envelope-To'],
    bodyLimit: dependencies.maxMessageBytes + 65_536,
    run: async (request, reply) =>
      reply.code(202).send(await submit(request, readRaw(request), dependencies)),
  });
  aliasRoute(app, dependencies);
  batchRoute(app, dependencies);
}

/** For clients of Resend: the same fields, and only the id in the answer. */
function aliasRoute(app: App, dependencies: Dependencies): void {
  route(app, {
    method: 'POST',
    url: '/emails',
    operationId: 'sendEmail',
    summary: 'POST /v1/messages for clients of Resend',
    description: 'The same fields and the same rules as POST /v1/messages; the answer is the id alone.',
    tags: ['Send'],
    body: sendBody,
    answer: sentAlias,
    ...sending,
    bodyLimit: jsonLimit(dependencies),
    run: async (request) => {
      const { id } = await submit(request, await compose(request.body, dependencies.now()), dependencies);
      return { id };
    },
  });
}

const readItem = (item: unknown, index: number): SendBody => readPart(sendBody, item, ['messages', index]);

/** One after another, so that a batch uses no more of the machine than a single request. */
async function submitAll(request: FastifyRequest, items: readonly unknown[], dependencies: Dependencies) {
  const results = [];
  for (const [index, item] of items.entries()) {
    try {
      const composed = await compose(readItem(item, index), dependencies.now());
      results.push({ message: await submit(request, composed, dependencies) });
    } catch (error) {
      // When the database is away at the first item, the whole request fails.
      if (index === 0 && refusalOf(error).code === 'temporarily_unavailable') throw error;
      results.push({ error: tellProblem(error, request, dependencies) });
    }
  }
  return results;
}

function batchRoute(app: App, dependencies: Dependencies): void {
  route(app, {
    method: 'POST',
    url: '/v1/messages/batch',
    operationId: 'sendBatch',
    summary: 'Send up to 100 messages, with a result for each',
    description:
      'Each item is read and accepted by itself: the result at the same place of the list is the accepted message, or the problem of that item.',
    tags: ['Send'],
    body: batchBody,
    answer: batchSent,
    statuses: [202],
    ...sending,
    bodyLimit: jsonLimit(dependencies),
    run: async (request, reply) => {
      const data = await submitAll(request, request.body.messages, dependencies);
      // Nothing was sent, so the client may repeat the whole batch.
      request.answerMayChange = data.every((result) => 'error' in result);
      return reply.code(202).send({ object: 'list' as const, data });
    },
  });
}
