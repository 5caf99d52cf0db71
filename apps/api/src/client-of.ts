import type { Client } from '@waybill/relay/people/start-session';
import type { FastifyRequest } from 'fastify';
import { aboutOf } from './request.ts';

/** Control characters of a header never reach a page or a terminal. */
const plain = (text: string): string => text.replace(/[^\x20-\x7e]/g, '?');

export const clientOf = (request: FastifyRequest): Client => ({
  ip: request.ip,
  agent: plain(request.headers['user-agent'] ?? ''),
  about: aboutOf(request),
});
