/** One TCP or TLS connection that speaks replies and bytes. Knows no SMTP verb. */
import net from 'node:net';
import type tls from 'node:tls';
import { ConnectionError, connectionErrorOf } from './connection-error.ts';
import { NotAReply, replyReader, type SmtpReply } from './reply-reader.ts';
import { withinTime } from './time-limit.ts';
import { handshake, type TlsFacts, type TlsSettings, tlsFactsOf } from './tls-handshake.ts';

/** An open TCP connection, before or after STARTTLS. Its methods reject with `ConnectionError`. */
export type Connection = {
  /** Resolves when the bytes have left this process. One call is one write. */
  write(bytes: Buffer | readonly Buffer[], timeoutMs: number): Promise<void>;
  reply(timeoutMs: number): Promise<SmtpReply>;
  /** Replies that came unasked. */
  unexpectedReplies(): number;
  /** TLS over what is open. Bytes that came before it are a reason to stop: they may have been injected. */
  secure(settings: TlsSettings): Promise<TlsFacts>;
  alive(): boolean;
  /** Calls `handler` once, when the connection has ended, whichever side ended it. */
  onEnd(handler: () => void): void;
  destroy(): void;
};

type State = {
  socket: net.Socket;
  reader: ReturnType<typeof replyReader>;
  replies: SmtpReply[];
  failure: ConnectionError | undefined;
  wake: (() => void) | undefined;
  /** Called when the connection has ended. */
  readonly ended: (() => void)[];
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
  socket.on('close', () => {
    fail(new ConnectionError('closed', 'the connection was closed'));
    for (const handler of state.ended.splice(0)) handler();
  });
}

async function nextReply(state: State, timeoutMs: number): Promise<SmtpReply> {
  const ready = (): boolean => state.replies.length > 0 || state.failure !== undefined;
  if (!ready()) {
    await withinTime<void>({ timeoutMs, what: 'the reply' }, (resolve) => {
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
  return withinTime<void>({ timeoutMs, what: 'sending' }, (resolve, reject) => {
    socket.cork();
    for (const part of bytes.slice(0, -1)) socket.write(part);
    socket.write(bytes.at(-1) ?? '', (error) => (error ? reject(connectionErrorOf(error)) : resolve()));
    socket.uncork();
  });
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
  return tlsFactsOf(state.socket as tls.TLSSocket, settings);
}

const connected = (opening: net.Socket, timeoutMs: number): Promise<void> =>
  withinTime<void>({ timeoutMs, what: 'connecting' }, (resolve, reject) => {
    opening.once('connect', () => resolve());
    opening.once('error', (error) => reject(connectionErrorOf(error)));
  });

/** Where to connect to, and from. */
export type ConnectionTarget = {
  /** IP address to connect to. */
  readonly address: string;
  readonly port: number;
  /** Source IP address; `undefined`: the operating system chooses. */
  readonly localAddress: string | undefined;
  readonly timeoutMs: number;
};

/**
 * Connects. Rejects with `ConnectionError`. TCP_NODELAY is set: without it every small write waits for the
 * acknowledgement of the write before.
 */
export async function openConnection(target: ConnectionTarget): Promise<Connection> {
  const { address, port, localAddress } = target;
  const socket = net.connect({
    host: address,
    port,
    noDelay: true,
    ...(localAddress === undefined ? {} : { localAddress }),
  });
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
  const state: State = {
    socket,
    reader: replyReader(),
    replies: [],
    failure: undefined,
    wake: undefined,
    ended: [],
  };
  listen(state);
  return {
    write: (bytes, timeoutMs) => writeAll(state, Buffer.isBuffer(bytes) ? [bytes] : bytes, timeoutMs),
    reply: (timeoutMs) => nextReply(state, timeoutMs),
    unexpectedReplies: () => state.replies.length,
    secure: (settings) => secure(state, settings),
    alive: () => state.failure === undefined,
    onEnd: (handler) => {
      if (state.socket.closed) handler();
      else state.ended.push(handler);
    },
    destroy: () => state.socket.destroy(),
  };
}
