import pg from 'pg';
import type { Database } from './database.ts';

/** `undefined`: the connection was lost and is restored, and notifications may have been missed. */
export type Handler = (payload: string | undefined) => void;

/** LISTEN on a separate connection, with reconnection. */
export type Listener = {
  /** Returns a function that removes the handler. */
  on(channel: string, handler: Handler): () => void;
  close(): Promise<void>;
};

const RECONNECT_MS = 250;
const KEEPALIVE_MS = 30_000;

type State = {
  readonly handlers: Map<string, Set<Handler>>;
  client: pg.Client | undefined;
  timer: NodeJS.Timeout | undefined;
  isClosed: boolean;
};

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
    for (const channel of state.handlers.keys()) await client.query(`LISTEN ${pg.escapeIdentifier(channel)}`);
    if (state.isClosed) return void (await client.end());
    state.client = client;
    for (const channel of state.handlers.keys()) tell(state, channel, undefined);
  } catch {
    // Also when PostgreSQL is away at the start: the timer connects again.
    client.end().catch(() => undefined);
    lost();
  }
}

export function openListener(database: Database): Listener {
  const state: State = { handlers: new Map(), client: undefined, timer: undefined, isClosed: false };
  let isStarted = false;
  const listen = (channel: string): void => {
    if (!isStarted) {
      isStarted = true;
      void connect(state, database);
      return;
    }
    // A failure here ends the connection, and the next one listens to every channel.
    state.client?.query(`LISTEN ${pg.escapeIdentifier(channel)}`).catch(() => undefined);
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
    async close() {
      state.isClosed = true;
      clearTimeout(state.timer);
      await state.client?.end();
    },
  };
}
