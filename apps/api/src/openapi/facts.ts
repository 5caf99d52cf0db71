/** What a route declares besides its schemas, carried through the generator to the finished document. */
import { openScope } from '@waybill/relay/management/permissions';
import type { RefusalCode } from '@waybill/relay/refusal';
import type { RouteOptions } from 'fastify';
import { exportTypes } from '../exporting/export-list.ts';

export type Facts = {
  readonly isKeyed: boolean;
  readonly isIdempotent: boolean;
  /** Errors have the shape of Resend. */
  readonly isResend: boolean;
  /** Media types of the body and of the answer where they are not JSON. */
  readonly consumes: readonly string[];
  readonly produces: readonly string[];
  /** The media types of the files that a list can be. */
  readonly exports: readonly string[];
  readonly headers: readonly HeaderName[];
  readonly refusals: readonly RefusalCode[];
};

export type HeaderName = 'X-Envelope-From' | 'X-Envelope-To' | 'X-Batch-Validation' | 'Last-Event-ID';

/** The generator keeps operation fields with this prefix. */
export const FACTS = 'x-waybill-facts';

const isJson = (type: string): boolean => type === 'application/json';
const othersOf = (types: readonly string[] | undefined): readonly string[] =>
  (types ?? []).filter((type) => !isJson(type));

export const factsOf = ({ config = {}, schema = {} }: Pick<RouteOptions, 'config' | 'schema'>): Facts => ({
  isKeyed: config.permission !== undefined && config.permission.scope !== openScope,
  isIdempotent: config.idempotent === true,
  isResend: config.dialect === 'resend',
  consumes: othersOf(schema.consumes),
  produces: othersOf(schema.produces),
  exports: config.exports === true ? exportTypes : [],
  headers: config.headers ?? [],
  refusals: config.refusals ?? [],
});
