/** The body of `POST /v1/messages/raw`: a message as it is, its envelope in two headers. */
import { Refusal } from '@waybill/relay/refusal';
import type { Composed } from '@waybill/relay/submission/composed';
import { composeRaw } from '@waybill/relay/submission/raw-submission';
import type { FastifyRequest } from 'fastify';

/** Node gives header values as latin1. */
const headerOf = (request: FastifyRequest, name: string): string | undefined => {
  const value = request.headers[name];
  return value === undefined ? undefined : [value].flat().join(', ');
};

export function readRaw(request: FastifyRequest): Composed {
  if (!Buffer.isBuffer(request.body)) throw new Refusal('unsupported_media_type');
  return composeRaw(request.body, {
    from: headerOf(request, 'x-envelope-from'),
    to: headerOf(request, 'x-envelope-to'),
    pointers: { from: '/headers/x-envelope-from', to: '/headers/x-envelope-to' },
  });
}
