/** Batches as Resend takes them: a list, of which all items or only the good ones are sent. */
import type { resendBatchSent } from '@waybill/contract/resend/email';
import { type SendBody, sendBody } from '@waybill/contract/send';
import { faultAt } from '@waybill/relay/management/request-fault';
import type { Composed } from '@waybill/relay/submission/composed';
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { compose } from '../compose.ts';
import type { Dependencies } from '../dependencies.ts';
import { refusalOf, tellProblem } from '../http-reply.ts';
import { readPart } from '../read-request.ts';
import { submissionOf, submit } from '../submit.ts';
import { resendErrorOf } from './resend-error.ts';

type BatchSent = z.output<typeof resendBatchSent>;

const readItem = (item: unknown, index: number): SendBody => readPart(sendBody, item, [index]);

/** Everything is read and asked of the gates before the first message is sent. */
async function sendAllOrNone(
  request: FastifyRequest,
  items: readonly unknown[],
  dependencies: Dependencies,
): Promise<BatchSent> {
  const composed: Composed[] = [];
  for (const [index, item] of items.entries())
    composed.push(await compose(readItem(item, index), dependencies.now()));
  for (const one of composed)
    await dependencies.requireAcceptable(await submissionOf(request, one, dependencies));
  const data: BatchSent['data'] = [];
  for (const one of composed) data.push({ id: (await submit(request, one, dependencies)).id });
  return { data };
}

async function sendGoodOnes(
  request: FastifyRequest,
  items: readonly unknown[],
  dependencies: Dependencies,
): Promise<BatchSent> {
  const data: BatchSent['data'] = [];
  const errors: NonNullable<BatchSent['errors']> = [];
  for (const [index, item] of items.entries()) {
    try {
      const composed = await compose(readItem(item, index), dependencies.now());
      data.push({ id: (await submit(request, composed, dependencies)).id });
    } catch (error) {
      if (data.length === 0 && refusalOf(error).code === 'temporarily_unavailable') throw error;
      errors.push({ index, message: resendErrorOf(tellProblem(error, request, dependencies)).message });
    }
  }
  // Nothing was sent, so the client may repeat the whole batch.
  request.answerMayChange = data.length === 0;
  return { data, errors };
}

export function sendBatch(
  request: FastifyRequest,
  items: readonly unknown[],
  dependencies: Dependencies,
): Promise<BatchSent> {
  const validation = request.headers['x-batch-validation'] ?? 'strict';
  if (validation === 'permissive') return sendGoodOnes(request, items, dependencies);
  if (validation !== 'strict') throw faultAt('/headers/x-batch-validation', 'must be strict or permissive');
  return sendAllOrNone(request, items, dependencies);
}
