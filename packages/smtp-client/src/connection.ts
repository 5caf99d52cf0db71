/** One TCP or TLS connection that speaks replies and bytes. Knows no SMTP verb. */
import net from 'node:net';
import tls from 'node:tls';
import { ConnectionError, connectionErrorOf } from './connection-error.ts';
import { NotAReply, replyReader, type SmtpReply } from './reply-reader.ts';

export type TlsFacts = {
  readonly version: string;
  readonly cipher: string;
  /** The chain and the name in the certificate hold. Opportunistic TLS goes on without. RFC 7435. */
  readonly verified: boolean;
  readonly reason?: string;
};

export type TlsSettings = {
  readonly serverName: string;
  readonly secureContext: tls.SecureContext | undefined;
  readonly timeoutMs: number;
};

export type Connection = {
  /** Resolves when the bytes have left this process. One call is one write. */
  write(bytes: Buffer | readonly Buffer[], timeoutMs: number): Promise<void>;
  reply(timeoutMs: number): Promise<SmtpReply>;
  /** Replies that came unasked. */
  unexpectedReplies(): number;
  /** TLS over what is open. Bytes that came before it are a reason to stop: they may have been injected. */
  secure(settings: TlsSettings): Promise<TlsFacts>;
  alive(): boolean;
  destroy(): void;
};

type State = {
  socket: net.Socket;
  reader: ReturnType<typeof replyReader>;
  replies: SmtpReply[];
  failure: ConnectionError | undefined;
  wake: (() => void) | undefined;
};

function listen(state: State): void {
  const { socket } = state;
  const fail = (error: ConnectionError): void => {
    state.failure ??= error;
    state.wake?.();
  };
  socket.on('data', (bytes: Buffer) => {
    try {
      state.replies.push(...state.reader.feed(bytes));
      state.wake?.();
    } catch (error) {
      fail(
        new ConnectionError('garbage', error instanceof NotAReply ? error.message : 'unreadable', {
          cause: error,
        }),
      );
      socket.destroy();
    }
  });
  socket.on('end', () => fail(new ConnectionError('closed', 'the other side closed the connection')));
  socket.on('error', (error) => fail(connectionErrorOf(error)));
  socket.on('close', () => fail(new ConnectionError('closed', 'the connection was closed')));
}

/** Runs `start` until it settles by `done` or the time is over. */
function within<T>(
  { timeoutMs, what }: { readonly timeoutMs: number; readonly what: string },
  start: (resolve: (value: T) => void, reject: (error: Error) => void) => void,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const timer = setTimeout(
      () =>
        reject(
          new ConnectionError('timeout', `${what} took longer than ${Math.round(timeoutMs / 100) / 10} s`),
        ),
      timeoutMs,
    );
    const settled = () => clearTimeout(timer);
    start(
      (value) => {
        settled();
        resolve(value);
      },
      (error) => {
        settled();
        reject(error);
      },
    );
  });
}

async function nextReply(state: State, timeoutMs: number): Promise<SmtpReply> {
  const ready = (): boolean => state.replies.length > 0 || state.failure !== undefined;
  if (!ready()) {
    await within<void>({ timeoutMs, what: 'the reply' }, (resolve) => {
      state.wake = () => ready() && resolve();
    }).finally(() => {
      state.wake = undefined;
    });
  }
  // A reply that came before the connection broke still counts: "421 closing" and then the close.
  const reply = state.replies.shift();
  if (reply) return reply;
  throw state.failure ?? new ConnectionError('closed', 'the connection was closed');
}

function writeAll(state: State, bytes: readonly Buffer[], timeoutMs: number): Promise<void> {
  const { socket, failure } = state;
  if (failure) return Promise.reject(failure);
  return within<void>({ timeoutMs, what: 'sending' }, (resolve, reject) => {
    socket.cork();
    for (const part of bytes.slice(0, -1)) socket.write(part);
    socket.write(bytes.at(-1) ?? '', (error) => (error ? reject(connectionErrorOf(error)) : resolve()));
    socket.uncork();
  });
}

const tlsFacts = (socket: tls.TLSSocket): TlsFacts => {
  const error = socket.authorizationError as Error | string | undefined;
  return {
    version: socket.getProtocol() ?? 'unknown',
    cipher: socket.getCipher()?.standardName ?? 'unknown',
    verified: socket.authorized,
    ...(error ? { reason: error instanceof Error ? error.message : String(error) } : {}),
  };
};

async function handshake(plain: net.Socket, settings: TlsSettings): Promise<tls.TLSSocket> {
  const secured = tls.connect({
    socket: plain,
    // Mail has always been encrypted to whoever answers; whether the certificate holds is recorded.
    rejectUnauthorized: false,
    ...(settings.secureContext ? { secureContext: settings.secureContext } : {}),
    ...(net.isIP(settings.serverName) ? { host: settings.serverName } : { servername: settings.serverName }),
  });
  const failed = (why: string, cause?: Error) => new ConnectionError('tls', `TLS failed: ${why}`, { cause });
  try {
    await within<void>({ timeoutMs: settings.timeoutMs, what: 'the TLS handshake' }, (resolve, reject) => {
      secured.once('secureConnect', () => resolve());
      secured.once('error', (error) => reject(failed(error.message, error)));
      secured.once('close', () => reject(failed('the connection was closed')));
    });
    return secured;
  } catch (error) {
    secured
      .removeAllListeners()
      .on('error', () => undefined)
      .destroy();
    throw error instanceof ConnectionError && error.failure === 'tls'
      ? error
      : failed('no answer in time', error as Error);
  }
}

async function secure(state: State, settings: TlsSettings): Promise<TlsFacts> {
  if (state.replies.length > 0 || state.reader.held() > 0)
    throw new ConnectionError('tls', 'text behind the reply to STARTTLS: it may have been injected');
  const plain = state.socket;
  plain.removeAllListeners('data').removeAllListeners('end').removeAllListeners('close');
  plain.removeAllListeners('error').on('error', () => plain.destroy());
  state.socket = await handshake(plain, settings);
  state.socket.removeAllListeners('close').removeAllListeners('error');
  state.reader = replyReader();
  listen(state);
  return tlsFacts(state.socket as tls.TLSSocket);
}

const connected = (opening: net.Socket, timeoutMs: number): Promise<void> =>
  within<void>({ timeoutMs, what: 'connecting' }, (resolve, reject) => {
    opening.once('connect', () => resolve());
    opening.once('error', (error) => reject(connectionErrorOf(error)));
  });

/** Connects; TCP_NODELAY is set, or every small write waits for the acknowledgement of the one before. */
export async function openConnection(target: {
  readonly ip: string;
  readonly port: number;
  readonly timeoutMs: number;
}): Promise<Connection> {
  const socket = net.connect({ host: target.ip, port: target.port, noDelay: true });
  try {
    await connected(socket, target.timeoutMs);
  } catch (error) {
    socket
      .removeAllListeners()
      .on('error', () => undefined)
      .destroy();
    throw error;
  }
  socket.removeAllListeners('error');
  const state: State = { socket, reader: replyReader(), replies: [], failure: undefined, wake: undefined };
  listen(state);
  return {
    write: (bytes, timeoutMs) => writeAll(state, Buffer.isBuffer(bytes) ? [bytes] : bytes, timeoutMs),
    reply: (timeoutMs) => nextReply(state, timeoutMs),
    unexpectedReplies: () => state.replies.length,
    secure: (settings) => secure(state, settings),
    alive: () => state.failure === undefined,
    destroy: () => state.socket.destroy(),
  };
}
