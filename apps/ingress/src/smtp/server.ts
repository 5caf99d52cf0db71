import type net from 'node:net';
import type tls from 'node:tls';
import { holderOf } from '@waybill/relay/domains/address-holder';
import { isInNetworks } from '@waybill/relay/domains/networks';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import type { SMTPConnectionOptions } from 'smtp-server/lib/smtp-connection.js';
import { Connection } from './connection.ts';
import type { ConnectionDependencies } from './connection-dependencies.ts';
import { endHandshakeWithClient } from './deadlines.ts';

export type ServerSettings = {
  readonly library: SMTPServerOptions;
  readonly dependencies: Omit<ConnectionDependencies, 'isDraining'>;
  /** Networks that must send a PROXY header, which is trusted. */
  readonly proxies: readonly string[];
  readonly drainMs: number;
};

// Commands of the library that are not SMTP: old jokes, LMTP, and headers of untrusted proxies.
const foreignCommands = ['WIZ', 'SHELL', 'KILL', 'LHLO', 'XCLIENT', 'XFORWARD'];

// Connections that have not yet finished their TLS handshake or PROXY header.
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
      // A client may close its side after its last command and still read the replies. RFC 9293 §3.6.
      allowHalfOpen: true,
      disableReverseLookup: true,
      hideENHANCEDSTATUSCODES: true,
      socketTimeout: settings.dependencies.deadlines.commandMs,
      closeTimeout: settings.drainMs,
      disabledCommands: [...foreignCommands, ...(settings.library.disabledCommands ?? [])],
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

  /** Applies the connection limit and a deadline before there is a session: until TLS is up or the PROXY header is read. */
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
    const end = once(() => {
      clearTimeout(timer);
      giveBack?.();
    });
    socket.once('close', end);
    return () => {
      end();
      release();
    };
  }

  override _upgrade(socket: net.Socket, callback: Parameters<SMTPServer['_upgrade']>[1]): void {
    super._upgrade(socket, callback);
    const secure = this._pendingSockets.get(socket);
    if (secure !== undefined && secure !== socket) endHandshakeWithClient(secure);
  }

  /** The library compares single addresses; the setting holds networks. */
  override _expectsProxyHeader(socket: net.Socket): boolean {
    const { proxies } = this.#settings;
    return proxies.length > 0 && isInNetworks(proxies, socket.remoteAddress ?? '');
  }

  /** Accepts no new connections, sends 421 to idle clients, and gives messages in transfer time to finish. */
  drain(): Promise<void> {
    this.#isDraining = true;
    return new Promise((resolve) => {
      this.close(() => resolve());
      for (const connection of this.connections) if (connection instanceof Connection) connection.drain();
      setTimeout(resolve, this.#settings.drainMs + 1_000).unref();
    });
  }
}
