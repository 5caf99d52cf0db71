import { isLoopback } from '@waybill/relay/domains/networks';
import { Refusal } from '@waybill/relay/refusal';
import type { FastifyRequest } from 'fastify';

/** A password must not cross a network in clear text: over plain HTTP people log in on this machine only. */
export function requireSafeLogin({ ip }: FastifyRequest, publicUrl: string): void {
  const { protocol, hostname } = new URL(publicUrl);
  if (protocol === 'https:' || (isLoopback(hostname) && isLoopback(ip))) return;
  throw new Refusal('https_required');
}
