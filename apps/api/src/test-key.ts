/** A test key sees mail that was sent as a test. The table of permissions says how each route hides other mail from it. */
import { parsePublicId } from '@waybill/relay/id';
import { found } from '@waybill/relay/management/found';
import { Refusal } from '@waybill/relay/refusal';
import type { FastifyRequest } from 'fastify';
import type { Dependencies } from './dependencies.ts';
import { principalOf } from './request.ts';

const isTest = (request: FastifyRequest): boolean => principalOf(request).kind === 'test';

/** Answers 404 when the message of `/:id` is not a test. */
export async function requireTestMessage(request: FastifyRequest, { stores }: Dependencies): Promise<void> {
  const { principal } = request;
  if (principal?.kind !== 'test' || request.routeOptions.config.permission?.testKey !== 'message') return;
  const { id: text = '' } = (request.params ?? {}) as { readonly id?: string };
  const id = found(parsePublicId('msg', text));
  if (!(await stores.messages.isTest(principal.accountId ?? '', id))) throw new Refusal('not_found');
}

/** The filter of a list: tests only, for a test key. */
export const onlyTests = (request: FastifyRequest): { readonly onlyTests?: true } =>
  isTest(request) ? { onlyTests: true } : {};
