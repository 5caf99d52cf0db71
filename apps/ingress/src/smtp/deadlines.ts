import type net from 'node:net';

/** How long the server waits for a client. smtp-server has idle times only, which a client that sends a byte a minute never exceeds. */
export type DeadlineLimits = {
  /** From the first byte of a TLS handshake, or of a PROXY header, to its last. */
  readonly handshakeMs: number;
  /** For a whole command, from our last reply. RFC 5321 §4.5.3.2.7: at least five minutes. */
  readonly commandMs: number;
  /** For a whole message. */
  readonly messageMs: number;
  readonly sessionMs: number;
};

const minute = 60_000;
export const deadlineLimits: DeadlineLimits = {
  handshakeMs: 30_000,
  commandMs: 5 * minute,
  messageMs: 20 * minute,
  sessionMs: 120 * minute,
};

export type Deadlines = {
  /** The client must read the reply and send a command. */
  awaitCommand(): void;
  awaitMessage(): void;
  /** The server works: no deadline runs. */
  work(): void;
  close(): void;
};

/** Calls `onExpired` once, never while the server works. */
export function openDeadlines(limits: DeadlineLimits, onExpired: () => void): Deadlines {
  let isWorking = false;
  let isOver = false;
  const expire = (): void => {
    isOver = true;
    if (!isWorking) onExpired();
  };
  const session = setTimeout(expire, limits.sessionMs).unref();
  const command = setTimeout(() => isWorking || onExpired(), limits.commandMs).unref();
  let message: NodeJS.Timeout | undefined;
  return {
    awaitCommand() {
      isWorking = false;
      clearTimeout(message);
      if (isOver) onExpired();
      else command.refresh();
    },
    awaitMessage() {
      isWorking = true;
      message = setTimeout(onExpired, limits.messageMs).unref();
    },
    work() {
      isWorking = true;
      clearTimeout(message);
    },
    close() {
      clearTimeout(session);
      clearTimeout(command);
      clearTimeout(message);
    },
  };
}

/** Before TLS is up no reply can be sent to a client that has closed its side. */
export function endHandshakeWithClient(socket: net.Socket): void {
  const destroy = (): void => void socket.destroy();
  socket.once('end', destroy);
  socket.once('secure', () => socket.removeListener('end', destroy));
}

/** Ends a slow handshake, which could otherwise take as long as a command. */
export function limitHandshake(socket: net.Socket, { handshakeMs }: DeadlineLimits): void {
  endHandshakeWithClient(socket);
  const timer = setTimeout(() => socket.destroy(), handshakeMs).unref();
  for (const event of ['secure', 'close']) socket.once(event, () => clearTimeout(timer));
}
