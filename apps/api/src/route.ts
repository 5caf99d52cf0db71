/** Declares one operation of the API: what it takes and answers, for validation, the description and the types of its handler. */
import { problem } from '@waybill/contract/problem';
import { resendError } from '@waybill/contract/resend/error';
import { given } from '@waybill/relay/given';
import type { FastifyContextConfig, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { App } from './dependencies.ts';

/** The text of an operation in the description. */
export type Words = {
  readonly operationId: string;
  readonly summary: string;
  readonly description: string;
  readonly tags: readonly string[];
};

export type Operation<
  P extends z.ZodType,
  Q extends z.ZodType,
  B extends z.ZodType,
  A extends z.ZodType,
> = Words &
  Pick<
    FastifyContextConfig,
    'idempotent' | 'refusals' | 'headers' | 'dialect' | 'exports' | 'accountInQuery'
  > & {
    readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
    readonly url: string;
    readonly params?: P;
    readonly query?: Q;
    readonly body?: B;
    readonly bodyLimit?: number;
    /** Media types of a body and of an answer that are no JSON. */
    readonly consumes?: readonly string[];
    readonly produces?: readonly string[];
    /** Of the answer, which is 200 when no status is named. Without a schema the answer is 204, or what `produces` names. */
    readonly answer?: A;
    /** The first one is sent, unless `run` sets another. */
    readonly statuses?: readonly [number, ...number[]];
    run(
      request: FastifyRequest<{
        Params: z.output<P>;
        Querystring: z.output<Q>;
        Body: z.output<B>;
      }>,
      reply: FastifyReply,
    ): Promise<z.output<A>> | z.output<A>;
  };

export function route<
  P extends z.ZodType = z.ZodUnknown,
  Q extends z.ZodType = z.ZodUnknown,
  B extends z.ZodType = z.ZodUnknown,
  A extends z.ZodType = z.ZodUnknown,
>(app: App, operation: Operation<P, Q, B, A>): void {
  const { method, url, bodyLimit, run, answer = z.null(), produces } = operation;
  const { operationId, summary, description, tags, params, query, body, consumes } = operation;
  const { idempotent, refusals, headers, dialect, exports, accountInQuery } = operation;
  const error = dialect === 'resend' ? resendError : problem;
  const statuses = operation.statuses ?? [operation.answer === undefined ? 204 : 200];
  const good = produces === undefined ? statuses.map((status) => [status, answer]) : [];
  app.route({
    method,
    url,
    schema: {
      operationId,
      summary,
      description,
      tags,
      ...given({ params, querystring: query, body, consumes, produces }),
      response: { ...Object.fromEntries(good), '4xx': error, '5xx': error },
    } as object,
    config: given({ idempotent, refusals, headers, dialect, exports, accountInQuery }) as object,
    ...given({ bodyLimit }),
    handler: async (request, reply) => {
      if (produces === undefined) reply.code(statuses[0]);
      const answered = await run(request as Parameters<typeof run>[0], reply);
      if (answered === reply) return reply;
      // Without an answer the body is empty, not the word null.
      return reply.send((answered ?? (operation.answer === undefined ? undefined : null)) as never);
    },
  });
}
