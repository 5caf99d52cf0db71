/** Answers requests from the token alone. A hit is written to the spool and looked up later. */
import { type AgentEvidence, agentOf } from '@waybill/relay/events/agent';
import { idOfBytes } from '@waybill/relay/id';
import { openToken, type Token, type TrackingKey } from '@waybill/relay/tracking/token';
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify';
import type { Hit } from './hit.ts';
import { askPage, donePage, laterPage, notFoundPage, pageHeaders, pixel } from './pages.ts';

export type TrackerDependencies = {
  readonly keys: readonly TrackingKey[];
  /** Resolves once the hit survives a crash. */
  readonly append: (hit: Hit) => Promise<void>;
  readonly now: () => Date;
  readonly count: (
    kind: 'open' | 'click' | 'unsubscribe',
    outcome: 'counted' | 'ignored' | 'forged' | 'lost',
  ) => void;
  /** Called for a hit that could not be written. The recipient is served. */
  readonly onLost: (error: unknown) => void;
  readonly ready: () => Promise<boolean>;
  /** The host of `WAYBILL_TRACKER_URL`. */
  readonly host: string;
  /** Networks whose X-Forwarded-For is trusted. */
  readonly trustProxy: readonly string[];
};

/** Longer URLs exceed Node's limit on headers. A text that is too long for a token is refused where it is parsed. */
const MAX_TOKEN_CHARS = 16_384;
const BODY_LIMIT_BYTES = 16_384;

const privacy: Readonly<Record<string, string>> = {
  'referrer-policy': 'no-referrer',
  'x-robots-tag': 'noindex, nofollow',
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
};

type Link = { readonly Params: { readonly token: string } };
type LinkRequest = FastifyRequest<Link>;

export function buildTracker(dependencies: TrackerDependencies): FastifyInstance {
  const app = fastify({
    bodyLimit: BODY_LIMIT_BYTES,
    routerOptions: { maxParamLength: MAX_TOKEN_CHARS },
    requestTimeout: 20_000,
    trustProxy: dependencies.trustProxy.length > 0 && [...dependencies.trustProxy],
  });
  app.removeAllContentTypeParsers();
  // The token decides. The body only shows whether a mail program or a person sent the POST. RFC 8058 §3.2.
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
  app.addHook('onSend', async (_request, reply) => {
    reply.headers(privacy);
  });
  app.setNotFoundHandler((_request, reply) => sendPage(reply, 404, notFoundPage));
  app.setErrorHandler((error, _request, reply) => {
    const status = (error as { statusCode?: number }).statusCode ?? 500;
    return status < 500 ? sendPage(reply, status, notFoundPage) : sendPage(reply, 503, laterPage);
  });
  app.get('/healthz', () => ({ ok: true }));
  app.get('/readyz', async (_request, reply) => {
    const ready = await dependencies.ready();
    return reply.code(ready ? 200 : 503).send({ ready });
  });
  addOpen(app, dependencies);
  addClick(app, dependencies);
  addUnsubscribe(app, dependencies);
  return app;
}

const sendPage = (reply: FastifyReply, status: number, page: string): FastifyReply =>
  reply.code(status).headers(pageHeaders).send(page);

const headerOf = (request: FastifyRequest, name: string): string | undefined => {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
};

const evidenceOf = (request: FastifyRequest): AgentEvidence => ({
  userAgent: headerOf(request, 'user-agent'),
  purpose: ['sec-purpose', 'purpose', 'x-purpose', 'x-moz']
    .map((name) => headerOf(request, name))
    .find(Boolean),
});

/** A name in DNS may be the tracking host of an account; an address and a name without a dot, as of a proxy's upstream, are not. */
const mayBeOfAccount = (host: string): boolean =>
  host.includes('.') && !/^[\d.]+$/.test(host) && !host.startsWith('[');

/**
 * The token, if it was sealed for the host of the request. A token without a host works on the host of the installation only, so that no
 * account can send recipients through the host of another one. docs/reliability.md S16, S17.
 */
function openedAt(host: string, text: string, { keys, host: own }: TrackerDependencies): Token | undefined {
  const bound = openToken(text, keys, host);
  if (bound !== undefined || (host !== own && mayBeOfAccount(host))) return bound;
  return openToken(text, keys);
}

/** The token, if it is valid and of that type. Counts invalid tokens. */
function tokenOf<T extends Token['type']>(
  request: LinkRequest,
  type: T,
  dependencies: TrackerDependencies,
): Extract<Token, { type: T }> | undefined {
  const host = request.hostname.toLowerCase();
  const text = type === 'open' ? request.params.token.replace(/\.gif$/, '') : request.params.token;
  const token = openedAt(host, text, dependencies);
  if (token?.type === type) return token as Extract<Token, { type: T }>;
  dependencies.count(type, 'forged');
  return undefined;
}

const kinds = { opened: 'open', clicked: 'click', unsubscribed: 'unsubscribe' } as const;

/** Not awaited: a slow disk must not delay a picture or a page. */
function note(hit: Hit, dependencies: TrackerDependencies): void {
  const kind = kinds[hit.type];
  dependencies.append(hit).then(
    () => dependencies.count(kind, 'counted'),
    (error: unknown) => {
      dependencies.count(kind, 'lost');
      dependencies.onLost(error);
    },
  );
}

function addOpen(app: FastifyInstance, dependencies: TrackerDependencies): void {
  app.get('/o/:token', async (request: LinkRequest, reply) => {
    const token = tokenOf(request, 'open', dependencies);
    if (token === undefined) return sendPage(reply, 404, notFoundPage);
    if (request.method === 'GET')
      note(
        {
          type: 'opened',
          deliveryId: idOfBytes(token.deliveryId),
          at: dependencies.now().toISOString(),
          agent: agentOf(evidenceOf(request)),
        },
        dependencies,
      );
    return reply
      .headers({ 'content-type': 'image/gif', 'cross-origin-resource-policy': 'cross-origin' })
      .send(pixel);
  });
}

/** A header holds ASCII only. A URL beyond ASCII is encoded as a URL parser does. RFC 9110 §10.2.2. */
const locationOf = (url: string): string => (/^[!-~]+$/.test(url) ? url : new URL(url).href);

function addClick(app: FastifyInstance, dependencies: TrackerDependencies): void {
  app.get('/c/:token', async (request: LinkRequest, reply) => {
    const token = tokenOf(request, 'click', dependencies);
    if (token === undefined) return sendPage(reply, 404, notFoundPage);
    const agent = agentOf(evidenceOf(request));
    // HEAD checks the target of a link, and a browser prefetches on a guess. Neither is a click.
    if (request.method === 'GET' && agent.kind !== 'prefetch')
      note(
        {
          type: 'clicked',
          deliveryId: idOfBytes(token.deliveryId),
          at: dependencies.now().toISOString(),
          agent,
          url: token.url,
          linkIndex: token.linkIndex,
        },
        dependencies,
      );
    else dependencies.count('click', 'ignored');
    return reply.code(302).header('location', locationOf(token.url)).send();
  });
}

function addUnsubscribe(app: FastifyInstance, dependencies: TrackerDependencies): void {
  app.get('/u/:token', async (request: LinkRequest, reply) => {
    const token = tokenOf(request, 'unsubscribe', dependencies);
    return token === undefined ? sendPage(reply, 404, notFoundPage) : sendPage(reply, 200, askPage);
  });
  app.post('/u/:token', async (request: LinkRequest, reply) => {
    const token = tokenOf(request, 'unsubscribe', dependencies);
    if (token === undefined) return sendPage(reply, 404, notFoundPage);
    const isOneClick = /List-Unsubscribe[\s\S]{0,20}One-Click/.test(String(request.body ?? ''));
    // Awaited, because "you are unsubscribed" must be true. A failure is 503, and mail programs try again.
    await dependencies.append({
      type: 'unsubscribed',
      deliveryId: idOfBytes(token.deliveryId),
      at: dependencies.now().toISOString(),
      via: isOneClick ? 'one_click' : 'page',
    });
    dependencies.count('unsubscribe', 'counted');
    return sendPage(reply, 200, donePage);
  });
}
