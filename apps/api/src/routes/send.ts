/** Sends mail by HTTP through `accept`, as SMTP does. */

import { idParams } from '@waybill/contract/id';
import { batchSent } from '@waybill/contract/message';
import { batchBody, type SendBody, sendBody, sent } from '@waybill/contract/send';
import { resendMessage } from '@waybill/relay/management/resend-message';
import { submitterOf } from '@waybill/relay/management/submitter';
import type { FastifyRequest } from 'fastify';
import { compose } from '../compose.ts';
import type { App, Dependencies } from '../dependencies.ts';
import { refusalOf, tellProblem } from '../http-reply.ts';
import { innerId } from '../inner-id.ts';
import { readRaw } from '../raw-message.ts';
import { readPart } from '../read-request.ts';
import { callerOf, principalOf } from '../request.ts';
import { route } from '../route.ts';
import { jsonLimit, sending, sentView, sessionOf, submit } from '../submit.ts';

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
  batchRoute(app, dependencies);
  resendRoute(app, dependencies);
}

function resendRoute(app: App, dependencies: Dependencies): void {
  route(app, {
    method: 'POST',
    url: '/v1/messages/:id/resend',
    operationId: 'resendMessage',
    summary: 'Send a message again as a new one',
    description:
      'To all recipients of the old message, with the same content and options, a Date and a Message-ID of its own, and `resent_from`. Use retry to send the same message to the recipients that do not have it.',
    tags: ['Send'],
    params: idParams('msg'),
    answer: sent,
    statuses: [202],
    idempotent: true,
    refusals: [...sending.refusals, 'conflict'],
    run: async (request) => {
      const submitter = submitterOf(principalOf(request));
      const asked = { id: innerId('msg', request.params.id), session: sessionOf(request), submitter };
      const accepted = await resendMessage(asked, callerOf(request), dependencies);
      dependencies.metrics.accepted.inc({ via: 'http' });
      return sentView(accepted);
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
