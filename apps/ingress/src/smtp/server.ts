import type net from 'node:net';
import type tls from 'node:tls';
import { isInNetworks } from '@waybill/relay/networks';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import type { SMTPConnectionOptions } from 'smtp-server/lib/smtp-connection.js';
import type { ConnectionLimit } from '../connection-limit.ts';
import type { Reply } from '../smtp-reply.ts';
import { Connection } from './connection.ts';
import type { DeadlineLimits } from './deadlines.ts';
import type { Client, OpenVerbs } from './verbs.ts';

export type ServerSettings = {
  readonly library: SMTPServerOptions;
  readonly openVerbs: OpenVerbs;
  readonly replyOf: (error: unknown, client: Client) => Reply;
  readonly limit: ConnectionLimit;
  readonly deadlines: DeadlineLimits;
  readonly maxMessageBytes: number;
  /** Networks whose PROXY header is believed, and demanded. */
  readonly proxies: readonly string[];
  readonly drainMs: number;
};

// What is left of sendmail's jokes, of LMTP, and of proxies that nobody has allowed.
const commandsNobodyNeeds = ['WIZ', 'SHELL', 'KILL', 'LHLO', 'XCLIENT', 'XFORWARD'];

export class Server extends SMTPServer {
  readonly openVerbs: OpenVerbs;
  readonly replyOf: (error: unknown, client: Client) => Reply;
  readonly limit: ConnectionLimit;
  readonly deadlines: DeadlineLimits;
  readonly maxMessageBytes: number;
  readonly #proxies: readonly string[];
  readonly #drainMs: number;
  isDraining = false;

  constructor(settings: ServerSettings) {
    super({
      ...settings.library,
      logger: false,
      authOptional: true,
      disableReverseLookup: true,
      hideENHANCEDSTATUSCODES: true,
      socketTimeout: settings.deadlines.commandMs,
      closeTimeout: settings.drainMs,
      disabledCommands: [...commandsNobodyNeeds, ...(settings.library.disabledCommands ?? [])],
    });
    this.openVerbs = settings.openVerbs;
    this.replyOf = settings.replyOf;
    this.limit = settings.limit;
    this.deadlines = settings.deadlines;
    this.maxMessageBytes = settings.maxMessageBytes;
    this.#proxies = settings.proxies;
    this.#drainMs = settings.drainMs;
  }

  override connect(socket: net.Socket | tls.TLSSocket, socketOptions?: SMTPConnectionOptions | null): void {
    const connection = new Connection(this, socket, socketOptions);
    this.connections.add(connection);
    connection.on('error', (error) => this._onError(error));
    connection.init();
  }

  /** The library compares single addresses; we are told networks. */
  override _expectsProxyHeader(socket: net.Socket): boolean {
    return this.#proxies.length > 0 && isInNetworks(this.#proxies, socket.remoteAddress ?? '');
  }

  /** No new connections, 421 to who waits, and time for the messages that are coming in. */
  drain(): Promise<void> {
    this.isDraining = true;
    return new Promise((resolve) => {
      this.close(() => resolve());
      for (const connection of this.connections) if (connection instanceof Connection) connection.drain();
      setTimeout(resolve, this.#drainMs + 1_000).unref();
    });
  }
}
