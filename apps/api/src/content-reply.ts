/** Content written by others, or content that is not JSON. */
import type { FastifyReply } from 'fastify';

export type Content = { readonly type: string; readonly body: Buffer | string };

/** An empty `sandbox`: no script, no form, an opaque origin. */
export const sendContent = (reply: FastifyReply, { type, body }: Content): FastifyReply =>
  reply
    .header('content-type', type)
    .header(
      'content-security-policy',
      "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:",
    )
    .header('x-content-type-options', 'nosniff')
    .send(body);
