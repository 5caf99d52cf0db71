import { listOf } from '@waybill/contract/list';
import {
  addressParams,
  suppression,
  suppressionAdded,
  suppressionBody,
  type suppressionEntry,
  suppressionQuery,
  suppressionRemoved,
} from '@waybill/contract/suppression';
import type { SuppressionRecord } from '@waybill/io/postgres/management/suppressions';
import { foldedAddress, parseAddress } from '@waybill/mail/address';
import { publicId } from '@waybill/relay/id';
import { publicFields } from '@waybill/relay/trace/public-json';
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { answers } from '../answers.ts';
import { noteChange } from '../audit-change.ts';
import type { App, Dependencies } from '../dependencies.ts';
import { given } from '../given.ts';
import { innerIdOrNone } from '../inner-id.ts';
import { pathAddress } from '../path-address.ts';
import { accountOf, found, isoOrNull, newId, principalOf } from '../request.ts';
import { faultAt } from '../request-fault.ts';

const LIST = 'suppressions';
const tags = ['Suppressions'];
type Entry = z.output<typeof suppressionEntry>;

const view = (row: SuppressionRecord): z.output<typeof suppression> => ({
  id: publicId('sup', row.id),
  address: row.address,
  reason: row.reason,
  stream_id: row.streamId === undefined ? null : publicId('str', row.streamId),
  evidence: publicFields(row.evidence),
  created_at: row.createdAt.toISOString(),
  expires_at: isoOrNull(row.expiresAt),
});

function rowOf(
  entry: Entry,
  pointer: string,
  { dependencies, actor }: { dependencies: Dependencies; actor: string },
) {
  if (parseAddress(entry.address) === undefined) throw faultAt(`${pointer}/address`, 'is not a mail address');
  return {
    id: newId(dependencies),
    address: foldedAddress(entry.address),
    reason: entry.reason,
    evidence: given({ by: actor, note: entry.note }),
    createdAt: dependencies.now(),
    ...given({
      streamId: innerIdOrNone('str', entry.stream_id),
      expiresAt: entry.expires_at === undefined ? undefined : new Date(entry.expires_at),
    }),
  };
}

/** A stream of another account is refused like an unknown one. */
async function requireStreams(
  entries: readonly Entry[],
  accountId: string,
  dependencies: Dependencies,
): Promise<void> {
  if (entries.every(({ stream_id }) => stream_id === undefined)) return;
  const own = new Set(
    (await dependencies.stores.streams.list(accountId)).map(({ id }) => publicId('str', id)),
  );
  for (const { stream_id } of entries)
    if (stream_id !== undefined && !own.has(stream_id))
      throw faultAt('/stream_id', 'is no stream of this account');
}

type Body = z.output<typeof suppressionBody>;

const entriesOf = (body: Body): readonly (readonly [pointer: string, entry: Entry])[] =>
  'suppressions' in body
    ? body.suppressions.map((entry, index) => [`/suppressions/${index}`, entry])
    : [['', body]];

/** An address that is suppressed already keeps its suppression. */
async function add(request: FastifyRequest, body: Body, dependencies: Dependencies) {
  const accountId = accountOf(request);
  const entries = entriesOf(body);
  await requireStreams(
    entries.map(([, entry]) => entry),
    accountId,
    dependencies,
  );
  const { actor } = principalOf(request);
  const rows = entries.map(([pointer, entry]) => rowOf(entry, pointer, { dependencies, actor }));
  request.auditTarget = rows.length === 1 ? (rows[0]?.address ?? '') : `${rows.length} addresses`;
  const made = new Set(await dependencies.stores.suppressions.create(accountId, rows));
  return { rows, made: rows.filter(({ id }) => made.has(id)) };
}

/** The suppression of this address and stream now: the new one, or the one that existed. */
async function standing(
  accountId: string,
  asked: { address: string; streamId?: string },
  dependencies: Dependencies,
) {
  const rows = await dependencies.stores.suppressions.ofAddress(accountId, asked.address);
  return view(found(rows.find(({ streamId }) => streamId === asked.streamId)));
}

export function suppressionRoutes(app: App, dependencies: Dependencies): void {
  const { suppressions } = dependencies.stores;
  app.get(
    '/v1/suppressions',
    {
      schema: {
        operationId: 'listSuppressions',
        summary: 'Addresses this account does not write to, newest first',
        description: 'Those of the whole account and those of single streams.',
        tags,
        querystring: suppressionQuery,
        response: answers({ 200: listOf(suppression) }),
      },
    },
    async (request) => {
      const { limit, after, reason, address, stream_id } = request.query;
      const rows = await suppressions.list(accountOf(request), {
        limit: limit + 1,
        ...given({
          after: dependencies.cursors.read(LIST, after),
          reason,
          address: address === undefined ? undefined : foldedAddress(address),
          streamId: innerIdOrNone('str', stream_id),
        }),
      });
      return dependencies.cursors.page(LIST, rows, { limit, view });
    },
  );
  app.post(
    '/v1/suppressions',
    {
      schema: {
        operationId: 'createSuppressions',
        summary: 'Suppress one address or up to 1,000',
        description:
          'One address answers with its suppression: 201 when it is new, 200 when it was known. A list answers with how many are new.',
        tags,
        body: suppressionBody,
        response: answers({ 200: suppressionAdded, 201: suppressionAdded }),
      },
      config: { audit: 'suppression.created', idempotent: true },
    },
    async (request, reply) => {
      const { rows, made } = await add(request, request.body, dependencies);
      const created = made.length;
      reply.code(created === 0 ? 200 : 201);
      const [only] = rows;
      const isList = 'suppressions' in request.body || only === undefined;
      const added = isList ? {} : await standing(accountOf(request), only, dependencies);
      const after = isList ? { addresses: made.map(({ address }) => address) } : added;
      noteChange(request, created === 0 ? { before: after, after } : { after });
      return { ...added, created };
    },
  );
  oneRoutes(app, dependencies);
}

function oneRoutes(app: App, dependencies: Dependencies): void {
  const { suppressions } = dependencies.stores;
  app.get(
    '/v1/suppressions/:address',
    {
      schema: {
        operationId: 'getSuppression',
        summary: 'Why one address is suppressed',
        description:
          'All that concern the address, whatever its case: of the whole account and of single streams.',
        tags,
        params: addressParams,
        response: answers({ 200: listOf(suppression) }),
      },
    },
    async (request) => {
      const address = pathAddress(request.params);
      const rows = await suppressions.ofAddress(accountOf(request), address);
      found(rows[0]);
      return { object: 'list' as const, data: rows.map(view), has_more: false, next_cursor: null };
    },
  );
  app.delete(
    '/v1/suppressions/:address',
    {
      schema: {
        operationId: 'deleteSuppression',
        summary: 'Write to this address again',
        description: 'Removes all suppressions of the address in this account.',
        tags,
        params: addressParams,
        response: answers({ 200: suppressionRemoved }),
      },
      config: { audit: 'suppression.deleted' },
    },
    async (request) => {
      const address = pathAddress(request.params);
      const before = (await suppressions.ofAddress(accountOf(request), address)).map(view);
      const count = await suppressions.remove(accountOf(request), address);
      noteChange(request, { before: { suppressions: before } });
      return { removed: found(count === 0 ? undefined : count) };
    },
  );
}
