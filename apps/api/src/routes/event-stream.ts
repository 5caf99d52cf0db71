/** Events as they come, by server-sent events. */
import { eventStreamQuery } from '@waybill/contract/event';
import { eventView } from '@waybill/relay/events/event-view';
import { requirePermission } from '@waybill/relay/management/permissions';
import { Refusal } from '@waybill/relay/refusal';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { auditVisit } from '../audit.ts';
import { authenticate } from '../auth.ts';
import type { App, Dependencies } from '../dependencies.ts';
import { EVENTS_CURSOR, type EventRow, typesOf } from '../event-filter.ts';
import { type Client, openFollower } from '../event-stream/follower.ts';
import { openStream, type Stream } from '../event-stream/open-stream.ts';
import { accountOf } from '../request.ts';
import { route } from '../route.ts';
import { onlyTests } from '../test-key.ts';

const STREAM_TYPE = 'text/event-stream';
/** Open streams of an account in a process. */
const MAX_STREAMS = 20;

type Query = { readonly types?: string | undefined; readonly after?: string | undefined };
type Request = FastifyRequest<{ Querystring: Query }>;

/** Browsers say it by themselves. Others get what is there, and the answer ends. */
const isFollowing = ({ headers }: Pick<FastifyRequest, 'headers'>): boolean =>
  headers.accept?.includes(STREAM_TYPE) ?? false;

/** A browser that connects again names the last event that it got. */
function cursorOf({ headers, query }: Request): string | undefined {
  const last = headers['last-event-id'];
  return last === undefined || last === '' ? query.after : String(last);
}

/** Whether the key was revoked, the login session ended or the role changed meanwhile. */
async function mayStillRead(request: Request, dependencies: Dependencies): Promise<boolean> {
  const { permission } = request.routeOptions.config;
  if (permission === undefined) return false;
  try {
    const principal = await authenticate(request, dependencies);
    requirePermission(principal, permission, true);
    return principal.accountId === request.principal?.accountId;
  } catch (error) {
    // While the database is away there is no answer, and there are no events either.
    return !(error instanceof Refusal);
  }
}

/** A sign of life, and a look whether the caller may still read. Returns a function that ends it. */
function keepAlive(stream: Stream, request: Request, dependencies: Dependencies): () => void {
  const beat = setInterval(() => {
    stream.beat();
    void mayStillRead(request, dependencies).then((may) => {
      if (!may) stream.close();
    });
  }, dependencies.streamBeatMs);
  return () => clearInterval(beat);
}

type Opened = { readonly request: Request; readonly stream: Stream; readonly position: string };

function clientOf({ request, stream, position }: Opened, { cursors }: Dependencies): Client<EventRow> {
  const types = typesOf(request.query.types);
  return {
    ...onlyTests(request),
    accountId: accountOf(request),
    position,
    isClosed: stream.isClosed,
    send(rows) {
      const wanted = types === undefined ? rows : rows.filter(({ type }) => types.includes(type));
      const frames = wanted.map((row) => {
        const data = eventView(row);
        return { id: cursors.at(EVENTS_CURSOR, row.position), type: data.type, data };
      });
      if (frames.length > 0) stream.send(frames);
    },
  };
}

function openStreams(app: App, dependencies: Dependencies) {
  const { stores, cursors, onEvents, log, now, streamBeatMs } = dependencies;
  const streams = new Set<Stream & { readonly accountId: string }>();
  const follower = openFollower<EventRow>({
    load: ({ accountId, onlyTests: only }, page) =>
      stores.events.since(accountId, { ...page, ...(only === undefined ? {} : { onlyTests: only }) }),
    onEvents,
    onTrouble: (err) => log.warn({ err }, 'events not read for streams'),
  });
  app.addHook('preClose', async () => {
    for (const stream of streams) stream.close();
  });
  const requirePlace = (accountId: string): void => {
    const { length } = [...streams].filter((stream) => stream.accountId === accountId);
    if (length < MAX_STREAMS) return;
    const detail = `${MAX_STREAMS} event streams of this account are open`;
    throw new Refusal('rate_limited', { detail, retryAt: new Date(now().getTime() + streamBeatMs) });
  };
  return {
    async serve(request: Request, reply: FastifyReply): Promise<void> {
      const position = cursors.read(EVENTS_CURSOR, cursorOf(request)) ?? (await stores.events.end());
      await auditVisit(request, reply, dependencies);
      // After all that waits: no other request gets between this and the stream.
      requirePlace(accountOf(request));
      const stream = { ...openStream(reply), accountId: accountOf(request) };
      const client = clientOf({ request, stream, position }, dependencies);
      const stopBeat = keepAlive(stream, request, dependencies);
      streams.add(stream);
      try {
        await follower.serve(client, isFollowing(request));
        if (isFollowing(request)) await stream.ended;
      } catch (err) {
        log.warn({ err, accountId: client.accountId }, 'event stream ended');
      } finally {
        stopBeat();
        follower.leave(client);
        streams.delete(stream);
        stream.close();
      }
    },
  };
}

export function eventStreamRoutes(app: App, dependencies: Dependencies): void {
  const streams = openStreams(app, dependencies);
  route(app, {
    method: 'GET',
    url: '/v1/events/stream',
    operationId: 'streamEvents',
    summary: 'Events as they come, by server-sent events',
    description:
      'With `Accept: text/event-stream`, which browsers send by themselves, the answer goes on until the client closes it, the key is revoked or the login session ends. Otherwise it ends with the last event that is there. Each event is one of GET /v1/events, with its type as name and its cursor as id. It begins behind `Last-Event-ID` or `after`, and without them with what comes. A client that reads too slowly is cut off, and goes on where it was when it connects again.',
    tags: ['Events'],
    query: eventStreamQuery,
    produces: [STREAM_TYPE],
    headers: ['Last-Event-ID'],
    run: async (request, reply) => {
      if (request.method === 'HEAD') return reply.type(STREAM_TYPE).send('');
      await streams.serve(request as Request, reply);
      return reply;
    },
  });
}
