import pg from 'pg';
import type { Database } from './database.ts';
import { sessionOptions } from './generic-plans.ts';

/** `undefined`: the connection was lost and is restored, and notifications may have been missed. */
export type Handler = (payload: string | undefined) => void;

/** LISTEN on a separate connection, with reconnection. */
export type Listener = {
  /** Returns a function that removes the handler. */
  on(channel: string, handler: Handler): () => void;
  /** Runs on the connection that listens, for locks that end with it. Rejects while there is no connection. */
  query<Row extends pg.QueryResultRow>(text: string, values: readonly unknown[]): Promise<readonly Row[]>;
  isConnected(): boolean;
  close(): Promise<void>;
};

const RECONNECT_MS = 250;
const KEEPALIVE_MS = 30_000;
/** Asks the server to notice within half a minute that the host of this process is gone: its locks are held until then. */
const serverKeepalive = sessionOptions([
  'tcp_keepalives_idle=10',
  'tcp_keepalives_interval=5',
  'tcp_keepalives_count=3',
]);

type State = {
  readonly handlers: Map<string, Set<Handler>>;
  client: pg.Client | undefined;
  /** The last query of the client. A client takes one query at a time. */
  turn: Promise<unknown>;
  timer: NodeJS.Timeout | undefined;
  isClosed: boolean;
};

function inTurn<Row extends pg.QueryResultRow>(
  state: State,
  client: pg.Client,
  query: { readonly text: string; readonly values?: unknown[] },
): Promise<pg.QueryResult<Row>> {
  const result = state.turn.then(() => client.query<Row>(query));
  state.turn = result.catch(() => undefined);
  return result;
}

const listenTo = (channel: string) => ({ text: `LISTEN ${pg.escapeIdentifier(channel)}` });

function tell(state: State, channel: string, payload: string | undefined): void {
  for (const handler of state.handlers.get(channel) ?? []) handler(payload);
}

async function connect(state: State, database: Database): Promise<void> {
  const client = new pg.Client({
    connectionString: database.url,
    application_name: `${database.applicationName} listen`,
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEPALIVE_MS,
    options: serverKeepalive,
  });
  const lost = (): void => {
    if (state.client === client) state.client = undefined;
    if (state.isClosed || state.timer) return;
    state.timer = setTimeout(() => {
      state.timer = undefined;
      void connect(state, database);
    }, RECONNECT_MS);
  };
  client.on('error', lost);
  client.on('end', lost);
  client.on('notification', ({ channel, payload }) => tell(state, channel, payload ?? ''));
  try {
    await client.connect();
    for (const channel of state.handlers.keys()) await client.query(listenTo(channel));
    if (state.isClosed) return void (await client.end());
    state.client = client;
    state.turn = Promise.resolve();
    for (const channel of state.handlers.keys()) tell(state, channel, undefined);
  } catch {
    // Also when PostgreSQL is away at the start: the timer connects again.
    client.end().catch(() => undefined);
    lost();
  }
}

export function openListener(database: Database): Listener {
  const state: State = {
    handlers: new Map(),
    client: undefined,
    turn: Promise.resolve(),
    timer: undefined,
    isClosed: false,
  };
  let isStarted = false;
  const listen = (channel: string): void => {
    if (!isStarted) {
      isStarted = true;
      void connect(state, database);
      return;
    }
    // A failure here ends the connection, and the next one listens to every channel.
    if (state.client) inTurn(state, state.client, listenTo(channel)).catch(() => undefined);
  };
  return {
    on(channel, handler) {
      const known = state.handlers.get(channel);
      if (known) known.add(handler);
      else {
        state.handlers.set(channel, new Set([handler]));
        listen(channel);
      }
      return () => void state.handlers.get(channel)?.delete(handler);
    },
    isConnected: () => state.client !== undefined,
    async query<Row extends pg.QueryResultRow>(text: string, values: readonly unknown[]) {
      if (!state.client) throw new Error('The listener is not connected');
      return (await inTurn<Row>(state, state.client, { text, values: [...values] })).rows;
    },
    async close() {
      state.isClosed = true;
      clearTimeout(state.timer);
      await state.client?.end();
    },
  };
}
