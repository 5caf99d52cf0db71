/**
 * Sends webhook requests. The address of a connection is checked after the name was resolved and before the connection is made, and the
 * connection goes to the address that was checked: a name that leads elsewhere at the next look-up gains nothing. docs/reliability.md S19.
 */
import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import type { LookupFunction } from 'node:net';
import type { DnsAnswer, HostAddress } from '@waybill/relay/delivery/dns-lookup';
import type { WebhookAnswer } from '@waybill/relay/webhooks/answer';
import {
  hostOf,
  literalOf,
  portOf,
  problemOfTarget,
  problemOfUrl,
  type TargetRules,
} from '@waybill/relay/webhooks/target';

export type WebhookRequest = {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

export type WebhookReply = WebhookAnswer & {
  /** The beginning of the answer. */
  readonly body: string;
};

export type WebhookClient = {
  /** Never rejects: a connection that fails is an answer without a status. */
  post(request: WebhookRequest): Promise<WebhookReply>;
  close(): void;
};

export type WebhookClientOptions = {
  readonly rules: TargetRules;
  readonly resolve: (host: string) => Promise<DnsAnswer<HostAddress>>;
  /** For everything: look-up, connection, TLS, request and answer. */
  readonly timeoutMs?: number;
  /** Certificate authorities besides those of Node, as PEM. */
  readonly ca?: readonly string[];
};

const TIMEOUT_MS = 15_000;
/** A longer answer is cut, and its connection closed. */
const MAX_ANSWER_BYTES = 65_536;
/** Characters of the answer that are stored. */
const STORED_ANSWER = 2_000;
/** Idle connections are closed after this time. */
const IDLE_MS = 10_000;
const IDLE_SOCKETS = 64;

/** An error whose text may be shown to the account. */
class NotSent extends Error {
  override readonly name = 'NotSent';
}

async function addressesOf(
  url: URL,
  { rules, resolve }: WebhookClientOptions,
): Promise<readonly HostAddress[]> {
  const host = hostOf(url);
  const answer = await resolve(host);
  if (answer.kind === 'none') throw new NotSent(`The name ${host} has no address.`);
  if (answer.kind === 'temporary') throw new NotSent(`The name ${host} was not resolved: ${answer.reason}.`);
  const target = { port: portOf(url), isPlain: url.protocol === 'http:' };
  const problems = answer.records.map(({ address: ip }) => problemOfTarget({ ...target, ip }, rules));
  const allowed = answer.records.filter((_, index) => problems[index] === undefined);
  if (allowed.length === 0) throw new NotSent(`${host} leads to an address that is refused: ${problems[0]}.`);
  return allowed;
}

/** The look-up of one request. A host that is an address itself is not looked up; `problemOfUrl` has checked it. */
const lookupFor =
  (url: URL, options: WebhookClientOptions): LookupFunction =>
  (_host, { all }, callback) => {
    const literal = literalOf(url);
    const found =
      literal === undefined
        ? addressesOf(url, options)
        : Promise.resolve([{ address: literal, family: literal.includes(':') ? 6 : 4 } as const]);
    found.then(
      (addresses) => {
        const [first] = addresses;
        if (all)
          callback(
            null,
            addresses.map(({ address, family }) => ({ address, family })),
          );
        else callback(null, first?.address ?? '', first?.family ?? 4);
      },
      (error: Error) => callback(error, ''),
    );
  };

const reasonOf = (error: Error): string => {
  if (error instanceof NotSent) return error.message;
  const { code } = error as NodeJS.ErrnoException;
  return code === undefined ? 'The connection failed.' : `The connection failed: ${code}.`;
};

const noAnswer = (error: string): WebhookReply => ({
  status: undefined,
  error,
  retryAfter: undefined,
  body: '',
});

/** The answer as far as it came: the status counts, even when the rest is too long or too slow. */
function readAnswer(response: IncomingMessage, resolve: (reply: WebhookReply) => void): void {
  const chunks: Buffer[] = [];
  let size = 0;
  const end = (): void =>
    resolve({
      status: response.statusCode,
      error: undefined,
      retryAfter: response.headers['retry-after'],
      body: Buffer.concat(chunks).toString('utf8').slice(0, STORED_ANSWER),
    });
  response.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    size += chunk.length;
    if (size > MAX_ANSWER_BYTES) response.destroy();
  });
  response.once('error', () => undefined);
  response.once('close', end);
}

type Agents = { readonly http: http.Agent; readonly https: https.Agent };

function send(
  request: WebhookRequest,
  { agents, options }: { readonly agents: Agents; readonly options: WebhookClientOptions },
  isRepeated = false,
): Promise<WebhookReply> {
  const url = new URL(request.url);
  const isPlain = url.protocol === 'http:';
  const timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
  return new Promise((resolve) => {
    const outgoing = (isPlain ? http : https).request(url, {
      method: 'POST',
      agent: isPlain ? agents.http : agents.https,
      lookup: lookupFor(url, options),
      headers: { ...request.headers, 'content-length': Buffer.byteLength(request.body) },
    });
    const timer = setTimeout(
      () => outgoing.destroy(new NotSent(`No answer came within ${timeoutMs / 1000} s.`)),
      timeoutMs,
    );
    const finish = (reply: WebhookReply): void => {
      clearTimeout(timer);
      resolve(reply);
    };
    let isAnswered = false;
    outgoing.once('response', (response) => {
      isAnswered = true;
      readAnswer(response, finish);
    });
    outgoing.on('error', (error: NodeJS.ErrnoException) => {
      if (isAnswered) return;
      // An idle connection that the other side closed just now: the request did not arrive.
      const isStale = outgoing.reusedSocket && error.code === 'ECONNRESET' && !isRepeated;
      if (isStale) void send(request, { agents, options }, true).then(finish);
      else finish(noAnswer(reasonOf(error)));
    });
    outgoing.end(request.body);
  });
}

export function openWebhookClient(options: WebhookClientOptions): WebhookClient {
  const kept = { keepAlive: true, maxFreeSockets: IDLE_SOCKETS, timeout: IDLE_MS };
  const ca = options.ca === undefined ? {} : { ca: [...options.ca] };
  const agents = { http: new http.Agent(kept), https: new https.Agent({ ...kept, ...ca }) };
  return {
    async post(request) {
      const problem = problemOfUrl(request.url, options.rules);
      if (problem !== undefined) return noAnswer(`The URL is refused: ${problem}.`);
      return send(request, { agents, options });
    },
    close() {
      agents.http.destroy();
      agents.https.destroy();
    },
  };
}
