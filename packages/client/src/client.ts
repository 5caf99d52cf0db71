/** A typed client of the HTTP API. Runs wherever there is `fetch`: Node 18 and later, Deno, Bun, browsers. */
import { type Operations, routes } from './generated/operations.ts';
import { Problem } from './problem.ts';

export type ClientOptions = {
  /** `https://mail.example.com`, without `/v1`. */
  readonly baseUrl: string;
  /** `wb_live_…`, `wb_test_…`, or `wb_admin_…` of an operator. */
  readonly key?: string;
  /** The account that an operator acts in: `acc_…`. */
  readonly account?: string;
  readonly fetch?: typeof fetch;
};

export type CallOptions = {
  /** The same key and the same body get the same answer for 24 hours. */
  readonly idempotencyKey?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
};

type Name = keyof Operations;
type Input<N extends Name> = Operations[N]['input'];
/** An operation without required fields may be called without an argument. */
type Arguments<N extends Name> =
  Record<never, never> extends Input<N>
    ? [input?: Input<N>, options?: CallOptions]
    : [input: Input<N>, options?: CallOptions];

/** One method for each operation, named by its `operationId`. Rejects with a `Problem` when the API refuses. */
export type Client = {
  readonly [N in Name]: (...given: Arguments<N>) => Promise<Operations[N]['output']>;
};

type Route = {
  readonly method: string;
  readonly path: string;
  readonly query?: readonly string[];
  readonly bodyType?: string;
  readonly isRaw?: true;
};

type Fields = Readonly<Record<string, unknown>>;

function urlOf({ path, query = [] }: Route, input: Fields, baseUrl: string): URL {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(input[name])));
  const url = new URL(`${baseUrl.replace(/\/+$/, '')}${filled}`);
  for (const name of query) {
    const value = input[name];
    if (value !== undefined && value !== null) url.searchParams.set(name, String(value));
  }
  return url;
}

function headersOf(
  { bodyType }: Route,
  input: Fields,
  { key, account }: ClientOptions,
): Record<string, string> {
  return {
    ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
    ...(account === undefined ? {} : { 'waybill-account': account }),
    ...(input.body === undefined ? {} : { 'content-type': bodyType ?? 'application/json' }),
  };
}

type Body = NonNullable<RequestInit['body']>;

const bodyOf = ({ bodyType }: Route, { body }: Fields): { body?: Body } => {
  if (body === undefined) return {};
  return { body: bodyType === undefined ? JSON.stringify(body) : (body as Body) };
};

async function problemOf(response: Response): Promise<Problem> {
  const document: unknown = await response.json().catch(() => ({}));
  return new Problem(response.status, document as object, response.headers.get('retry-after'));
}

async function call(route: Route, input: Fields, options: ClientOptions & { readonly call: CallOptions }) {
  const { idempotencyKey, headers, signal } = options.call;
  const response = await (options.fetch ?? fetch)(urlOf(route, input, options.baseUrl), {
    method: route.method,
    headers: {
      ...headersOf(route, input, options),
      ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
      ...headers,
    },
    ...bodyOf(route, input),
    ...(signal === undefined ? {} : { signal }),
  });
  if (!response.ok) throw await problemOf(response);
  if (route.isRaw) return response;
  return response.status === 204 ? undefined : response.json();
}

export function openClient(options: ClientOptions): Client {
  const methods = Object.entries<Route>(routes).map(
    ([name, route]) =>
      [
        name,
        (input: Fields = {}, given: CallOptions = {}) => call(route, input, { ...options, call: given }),
      ] as const,
  );
  return Object.fromEntries(methods) as unknown as Client;
}
