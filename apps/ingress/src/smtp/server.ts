import type net from 'node:net';
import type tls from 'node:tls';
import { isInNetworks } from '@waybill/relay/domains/networks';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import type { SMTPConnectionOptions } from 'smtp-server/lib/smtp-connection.js';
import { holderOf } from '../address-holder.ts';
import { Connection } from './connection.ts';
import type { ConnectionDependencies } from './connection-dependencies.ts';
import { endHandshakeWithClient } from './deadlines.ts';

export type ServerSettings = {
  readonly library: SMTPServerOptions;
  readonly dependencies: Omit<ConnectionDependencies, 'isDraining'>;
  /** Networks whose PROXY header is believed, and demanded. */
  readonly proxies: readonly string[];
  readonly drainMs: number;
};

// What is left of sendmail's jokes, of LMTP, and of proxies that nobody has allowed.
const commandsNobodyNeeds = ['WIZ', 'SHELL', 'KILL', 'LHLO', 'XCLIENT', 'XFORWARD'];

// Connections whose TLS handshake or PROXY header is still to come.
const MAX_PENDING = 1_000;

const once = (act: () => void): (() => void) => {
  let isDone = false;
  return () => {
    if (!isDone) act();
    isDone = true;
  };
};

export class Server extends SMTPServer {
  readonly #settings: ServerSettings;
  readonly #dependencies: ConnectionDependencies;
  #isDraining = false;

  constructor(settings: ServerSettings) {
    super({
      ...settings.library,
      logger: false,
      maxClients: MAX_PENDING,
      authOptional: true,
      // A client that has sent everything may close its side and still reads our replies. RFC 9293 §3.6.
      allowHalfOpen: true,
      disableReverseLookup: true,
      hideENHANCEDSTATUSCODES: true,
      socketTimeout: settings.dependencies.deadlines.commandMs,
      closeTimeout: settings.drainMs,
      disabledCommands: [...commandsNobodyNeeds, ...(settings.library.disabledCommands ?? [])],
    });
    this.#settings = settings;
    this.#dependencies = { ...settings.dependencies, isDraining: () => this.#isDraining };
  }

  override connect(socket: net.Socket | tls.TLSSocket, socketOptions?: SMTPConnectionOptions | null): void {
    const connection = new Connection(this, { socket, options: socketOptions }, this.#dependencies);
    this.connections.add(connection);
    connection.on('error', (error) => this._onError(error));
    connection.init();
  }

  /** Until TLS is up or the PROXY header is read there is no session to count: the same limits hold, and not for long. */
  override _acceptSocket(socket: net.Socket, handshake: boolean): (() => void) | false {
    const release = super._acceptSocket(socket, handshake);
    if (release === false || !this._pendingSockets.has(socket)) return release;
    const holder = this._expectsProxyHeader(socket) ? undefined : holderOf(socket.remoteAddress ?? '');
    const giveBack = holder === undefined ? undefined : this.#dependencies.connections.tryAcquire(holder);
    if (holder !== undefined && !giveBack) {
      // Before the handshake there is no way to send a reply.
      release();
      socket.on('error', () => undefined).destroy();
      return false;
    }
    const { handshakeMs } = this.#dependencies.deadlines;
    const timer = setTimeout(() => this._pendingSockets.get(socket)?.destroy(), handshakeMs).unref();
    const letGo = once(() => {
      clearTimeout(timer);
      giveBack?.();
    });
    socket.once('close', letGo);
    return () => {
      letGo();
      release();
    };
  }

  override _upgrade(socket: net.Socket, callback: Parameters<SMTPServer['_upgrade']>[1]): void {
    super._upgrade(socket, callback);
    const secure = this._pendingSockets.get(socket);
    if (secure !== undefined && secure !== socket) endHandshakeWithClient(secure);
  }

  /** The library compares single addresses; we are told networks. */
  override _expectsProxyHeader(socket: net.Socket): boolean {
    const { proxies } = this.#settings;
    return proxies.length > 0 && isInNetworks(proxies, socket.remoteAddress ?? '');
  }

  /** No new connections, 421 to who waits, and time for the messages that are coming in. */
  drain(): Promise<void> {
    this.#isDraining = true;
    return new Promise((resolve) => {
      this.close(() => resolve());
      for (const connection of this.connections) if (connection instanceof Connection) connection.drain();
      setTimeout(resolve, this.#settings.drainMs + 1_000).unref();
    });
  }
}
