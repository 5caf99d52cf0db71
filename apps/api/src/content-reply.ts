/** Content written by others, or content that is not JSON. */
import type { FastifyReply } from 'fastify';

export type Content = {
  readonly type: string;
  readonly body: Buffer | string;
  /** Whether the reader asked for the images that HTML loads from elsewhere. */
  readonly hasImages?: boolean;
};

/** An empty `sandbox`: no script, no form, an opaque origin. Only the dashboard shows it in a frame. */
const policyOf = (images: string): string =>
  `sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src ${images}; frame-ancestors 'self'`;

export const sendContent = (reply: FastifyReply, { type, body, hasImages = false }: Content): FastifyReply =>
  reply
    .header('content-type', type)
    .header('content-security-policy', policyOf(hasImages ? 'data: http: https:' : 'data:'))
    .header('x-content-type-options', 'nosniff')
    .send(body);
