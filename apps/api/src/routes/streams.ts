import { idParams } from '@waybill/contract/id';
import { listOf } from '@waybill/contract/list';
import { type StreamPatch, type StreamView, stream, streamBody, streamPatch } from '@waybill/contract/stream';
import type { StreamRecord } from '@waybill/io/postgres/management/streams';
import { publicId } from '@waybill/relay/id';
import { answers } from '../answers.ts';
import { noteChange } from '../audit-change.ts';
import type { App, Dependencies } from '../dependencies.ts';
import { given } from '../given.ts';
import { innerId } from '../inner-id.ts';
import { accountOf, found, newId } from '../request.ts';

const view = (row: StreamRecord): StreamView => ({
  id: publicId('str', row.id),
  name: row.name,
  is_default: row.isDefault,
  tracking: { opens: row.trackOpens, clicks: row.trackClicks },
  list_unsubscribe: row.listUnsubscribe,
  expiry_minutes: row.expiryMinutes,
  unknown_policy: row.unknownPolicy,
  retention_days: row.retentionDays,
  created_at: row.createdAt.toISOString(),
});

const changeOf = (body: StreamPatch) =>
  given({
    name: body.name,
    trackOpens: body.tracking?.opens,
    trackClicks: body.tracking?.clicks,
    listUnsubscribe: body.list_unsubscribe,
    expiryMinutes: body.expiry_minutes,
    unknownPolicy: body.unknown_policy,
    retentionDays: body.retention_days,
  });

export function streamRoutes(app: App, dependencies: Dependencies): void {
  const { streams } = dependencies.stores;
  const tags = ['Account'];
  app.get(
    '/v1/streams',
    {
      schema: {
        operationId: 'listStreams',
        summary: 'Streams',
        description: 'All streams of the account; each has its own tracking, expiry and retention.',
        tags,
        response: answers({ 200: listOf(stream) }),
      },
    },
    async (request) => ({
      object: 'list' as const,
      data: (await streams.list(accountOf(request))).map(view),
      has_more: false,
      next_cursor: null,
    }),
  );
  app.post(
    '/v1/streams',
    {
      schema: {
        operationId: 'createStream',
        summary: 'Add a stream',
        description: 'The name is unique in the account. Settings that are not given have their defaults.',
        tags,
        body: streamBody,
        response: answers({ 201: stream }),
      },
      config: { audit: 'stream.created', idempotent: true, refusals: ['conflict'] },
    },
    async (request, reply) => {
      const { name } = request.body;
      const row = await streams.create(accountOf(request), {
        ...changeOf(request.body),
        id: newId(dependencies),
        name,
        createdAt: dependencies.now(),
      });
      request.auditTarget = publicId('str', row.id);
      noteChange(request, { after: view(row) });
      return reply.code(201).send(view(row));
    },
  );
  app.patch(
    '/v1/streams/:id',
    {
      schema: {
        operationId: 'updateStream',
        summary: 'Change a stream',
        description:
          'Fields that are not given stay as they are. Messages that are accepted already keep the settings they were prepared with.',
        tags,
        params: idParams('str'),
        body: streamPatch,
        response: answers({ 200: stream }),
      },
      config: { audit: 'stream.changed', refusals: ['conflict'] },
    },
    async (request) => {
      const [accountId, id] = [accountOf(request), innerId('str', request.params.id)];
      const before = view(found(await streams.one(accountId, id)));
      const after = view(found(await streams.change(accountId, id, changeOf(request.body))));
      noteChange(request, { before, after });
      return after;
    },
  );
}
