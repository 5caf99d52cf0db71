/** Suppressions as files: import with a preview and progress, and export. */
import { Readable } from 'node:stream';
import { importQuery, importState, suppression, suppressionFilter } from '@waybill/contract/suppression';
import { given } from '@waybill/relay/given';
import { publicId } from '@waybill/relay/id';
import { type ImportState, importSuppressions } from '@waybill/relay/management/import-suppressions';
import { isoOrNull } from '@waybill/relay/management/or-null';
import { faultAt } from '@waybill/relay/management/request-fault';
import { suppressionView } from '@waybill/relay/management/suppressions';
import { Refusal } from '@waybill/relay/refusal';
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { App, Dependencies } from '../dependencies.ts';
import { EXPORT_SLICE, exportList, formatOf } from '../exporting/export-list.ts';
import { innerIdOrNone } from '../inner-id.ts';
import { accountOf, callerOf } from '../request.ts';
import { route } from '../route.ts';

const tags = ['Suppressions'];
/** Some half a million addresses. */
const FILE_LIMIT_BYTES = 20_971_520;

const stateView = (state: ImportState, isDryRun: boolean): z.output<typeof importState> => ({
  dry_run: isDryRun,
  rows: state.rows,
  created: state.created,
  known: state.known,
  malformed: state.malformed,
  faults: state.faults.map((fault) => ({ ...fault })),
  preview: state.shown.map(({ address, reason, streamId, expiresAt }) => ({
    address,
    reason,
    stream_id: streamId === undefined ? null : publicId('str', streamId),
    expires_at: isoOrNull(expiresAt),
  })),
});

function textOf(request: FastifyRequest): string {
  if (typeof request.body !== 'string') throw new Refusal('unsupported_media_type');
  if (request.body.includes('\0')) throw faultAt('', 'holds a NUL character, so it is no text');
  return request.body;
}

async function* linesOf(states: AsyncIterable<ImportState>, isDryRun: boolean): AsyncGenerator<string> {
  for await (const state of states) yield `${JSON.stringify(stateView(state, isDryRun))}\n`;
}

async function lastOf(states: AsyncIterable<ImportState>): Promise<ImportState | undefined> {
  let last: ImportState | undefined;
  for await (const state of states) last = state;
  return last;
}

function importRoute(app: App, dependencies: Dependencies): void {
  route(app, {
    method: 'POST',
    url: '/v1/suppressions/import',
    operationId: 'importSuppressions',
    summary: 'Suppress the addresses of a CSV file',
    description:
      'The first line names the columns: `address` (or `email`), and if you like `reason`, `stream`, `note` and `expires_at`; other columns are ignored. A file of addresses alone needs no header. Malformed rows are named by their line and the others are imported. `dry_run=true` is a preview. With `Accept: application/x-ndjson` the answer is a line after every 1,000 rows, for progress.',
    tags,
    consumes: ['text/csv'],
    query: importQuery,
    answer: importState,
    bodyLimit: FILE_LIMIT_BYTES,
    run: async (request, reply) => {
      const isDryRun = request.query.dry_run === 'true';
      const asked = { text: textOf(request), isDryRun };
      const states = importSuppressions(asked, callerOf(request), dependencies);
      if (formatOf({}, request) === 'ndjson')
        return reply
          .header('content-type', 'application/x-ndjson; charset=utf-8')
          .send(Readable.from(linesOf(states, isDryRun))) as never;
      const state = await lastOf(states);
      if (state === undefined) throw faultAt('', 'is an empty file');
      return stateView(state, isDryRun);
    },
  });
}

export function suppressionFileRoutes(app: App, dependencies: Dependencies): void {
  importRoute(app, dependencies);
  route(app, {
    method: 'GET',
    url: '/v1/suppressions/export',
    operationId: 'exportSuppressions',
    summary: 'All suppressions as a file',
    description: 'A file that POST /v1/suppressions/import takes. The same as the list with `format`.',
    tags,
    query: suppressionFilter,
    produces: ['text/csv', 'application/x-ndjson'],
    run: async (request, reply) => {
      const { reason, stream_id, format } = request.query;
      const filter = given({ reason, streamId: innerIdOrNone('str', stream_id) });
      const { suppressions } = dependencies.stores;
      return exportList(reply, {
        name: 'suppressions',
        format,
        columns: Object.keys(suppression.shape),
        slice: async (after) => {
          const page = { limit: EXPORT_SLICE, ...filter, ...given({ after }) };
          const rows = await suppressions.list(accountOf(request), page);
          const next = rows.length < EXPORT_SLICE ? undefined : rows.at(-1)?.id;
          return { items: rows.map(suppressionView), next };
        },
      }) as never;
    },
  });
}
