/** Content that other people wrote, or that is no JSON. */
import type { FastifyReply } from 'fastify';

export type Content = { readonly type: string; readonly body: Buffer | string };

/** `sandbox` without a word: no script, no form, an origin of its own. */
export const sendContent = (reply: FastifyReply, { type, body }: Content): FastifyReply =>
  reply
    .header('content-type', type)
    .header(
      'content-security-policy',
      "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:",
    )
    .header('x-content-type-options', 'nosniff')
    .send(body);
