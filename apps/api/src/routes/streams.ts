import { idParams } from '@waybill/contract/id';
import { type StreamPatch, stream, streamBody, streamPatch, streamRemoval } from '@waybill/contract/stream';
import { given } from '@waybill/relay/given';
import { changeStream, createStream, removeStream, streamView } from '@waybill/relay/management/streams';
import type { App, Dependencies } from '../dependencies.ts';
import { innerId, innerIdOrNone } from '../inner-id.ts';
import { wholeListRoute } from '../list-route.ts';
import { accountOf, callerOf } from '../request.ts';
import { route } from '../route.ts';

const tags = ['Account'];

const settingsOf = (body: StreamPatch) =>
  given({
    name: body.name,
    trackOpens: body.tracking?.opens,
    trackClicks: body.tracking?.clicks,
    listUnsubscribe: body.list_unsubscribe,
    expiryMinutes: body.expiry_minutes,
    unknownPolicy: body.unknown_policy,
    limits: body.limits,
    retentionMetadataDays: body.retention?.metadata_days,
    retentionEventsDays: body.retention?.events_days,
    retentionBytesDays: body.retention?.bytes_days,
    isDefault: body.is_default,
  });

export function streamRoutes(app: App, dependencies: Dependencies): void {
  wholeListRoute(app, {
    url: '/v1/streams',
    operationId: 'listStreams',
    summary: 'Streams',
    description: 'All streams of the account; each has its own tracking, expiry and retention.',
    tags,
    item: stream,
    rows: async (request) => (await dependencies.stores.streams.list(accountOf(request))).map(streamView),
  });
  route(app, {
    method: 'POST',
    url: '/v1/streams',
    operationId: 'createStream',
    summary: 'Add a stream',
    description: 'The name is unique in the account. Settings that are not given have their defaults.',
    tags,
    body: streamBody,
    answer: stream,
    statuses: [201],
    idempotent: true,
    refusals: ['conflict'],
    run: async (request) => {
      const settings = { ...settingsOf(request.body), name: request.body.name };
      return streamView(await createStream(settings, callerOf(request), dependencies));
    },
  });
  route(app, {
    method: 'PATCH',
    url: '/v1/streams/:id',
    operationId: 'updateStream',
    summary: 'Change a stream',
    description:
      'Fields that are not given stay as they are. Messages that are accepted already keep the settings they were prepared with.',
    tags,
    params: idParams('str'),
    body: streamPatch,
    answer: stream,
    refusals: ['conflict'],
    run: async (request) => {
      const change = { id: innerId('str', request.params.id), settings: settingsOf(request.body) };
      return streamView(await changeStream(change, callerOf(request), dependencies));
    },
  });
  route(app, {
    method: 'DELETE',
    url: '/v1/streams/:id',
    operationId: 'deleteStream',
    summary: 'Remove a stream',
    description:
      'Not the default one. SMTP credentials that use it move to the stream of `credentials_to`; without it they stop the removal. Its mail stays, with its retention, and mail that is not prepared yet goes by the default stream.',
    tags,
    params: idParams('str'),
    query: streamRemoval,
    refusals: ['conflict'],
    run: (request) => {
      const moveTo = innerIdOrNone('str', request.query.credentials_to);
      return removeStream({ id: innerId('str', request.params.id), moveTo }, callerOf(request), dependencies);
    },
  });
}
