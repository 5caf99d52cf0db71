/**
 * A test key sees mail that was sent as a test, and reads settings. A mail route that does not declare how it hides other mail
 * from a test key refuses test keys.
 */
import { parsePublicId } from '@waybill/relay/id';
import { Refusal } from '@waybill/relay/refusal';
import type { FastifyRequest } from 'fastify';
import type { Dependencies } from './dependencies.ts';
import { found, principalOf } from './request.ts';

const isReading = ({ method }: FastifyRequest): boolean => ['GET', 'HEAD', 'OPTIONS'].includes(method);

const isTest = (request: FastifyRequest): boolean => principalOf(request).kind === 'test';

/** Runs before the handler of every route that takes a key. */
export function requireTestKeyMay(request: FastifyRequest): void {
  if (!isTest(request)) return;
  const { scope = '', testKey } = request.routeOptions.config;
  const isMail = scope.startsWith('messages:');
  if (isMail && testKey === undefined)
    throw new Refusal('forbidden', { detail: 'a test key sees only mail that was sent as a test' });
  if (!isMail && !isReading(request))
    throw new Refusal('forbidden', { detail: 'a test key reads settings and does not change them' });
}

/** Answers 404 when the message of `/:id` is not a test. */
export async function requireTestMessage(request: FastifyRequest, { stores }: Dependencies): Promise<void> {
  const { principal } = request;
  if (principal?.kind !== 'test' || request.routeOptions.config.testKey !== 'message') return;
  const { id: text = '' } = (request.params ?? {}) as { readonly id?: string };
  const id = found(parsePublicId('msg', text));
  if (!(await stores.messages.isTest(principal.accountId ?? '', id))) throw new Refusal('not_found');
}

/** The filter of a list: tests only, for a test key. */
export const onlyTests = (request: FastifyRequest): { readonly onlyTests?: true } =>
  isTest(request) ? { onlyTests: true } : {};
