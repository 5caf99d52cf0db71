/** The MX of every recipient: smtp-server with the replies of a real host and the behaviour of the magic recipients. */
import type net from 'node:net';
import type tls from 'node:tls';
import { formatAddress, parsePath } from '@waybill/mail/address';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { SMTPConnection, type SMTPConnectionOptions } from 'smtp-server/lib/smtp-connection.js';
import { type Play, playOf, plays, type Reply, rcptReply } from './magic.ts';
import type { Tries } from './tries.ts';

export type Caught = {
  readonly mailFrom: string;
  readonly rcptTo: string;
  readonly heloName: string;
  readonly tls: string | undefined;
  readonly bytes: Buffer;
};

export type MxSettings = {
  readonly hostName: string;
  /** `undefined`: STARTTLS is not offered. */
  readonly certificate: { readonly cert: Buffer; readonly key: Buffer } | undefined;
  readonly maxMessageBytes: number;
  /** Saves the message. Resolves before the 250 is sent. */
  readonly keep: (caught: Caught) => Promise<void>;
  readonly onComplaint: (caught: Caught) => void;
  readonly onTrouble: (error: unknown) => void;
  readonly tries: Tries;
  /** How long the connection stays open, in milliseconds, when the server never replies. */
  readonly silenceMs: number;
  readonly slowMs?: number;
};

type Done = () => void;

const idleMs = 5 * 60_000;
const hasStatus = /^[245]\.\d{1,3}\.\d{1,3} /;
const rcptCommand = /^RCPT TO:\s*(<.*>)(?:\s+(.*))?$/is;

class MxConnection extends SMTPConnection {
  readonly #settings: MxSettings;
  #play: Play = plays.delivered;

  constructor(server: MxServer, socket: net.Socket | tls.TLSSocket, options?: SMTPConnectionOptions | null) {
    super(server, socket, options);
    this.#settings = server.settings;
  }

  /** The library waits 100 ms before each greeting; this method does not. */
  override init(): void {
    this._setListeners(() => this.connectionReady());
  }

  /** A text with an enhanced status code keeps it; the library adds one to every other text. RFC 2034 §4. */
  override send(code: number, data?: string | string[] | null, context?: string | false): void {
    super.send(code, data, typeof data === 'string' && hasStatus.test(data) ? false : context);
  }

  #say({ code, text }: Reply): void {
    this.send(code, text);
  }

  /** The library rejects quoted local parts and converts A-labels to U-labels. */
  override handler_RCPT(command: Buffer, callback: Done): void {
    this.#say(this.#rcpt(rcptCommand.exec(command.toString())?.[1] ?? ''));
    callback();
  }

  #rcpt(path: string): Reply {
    const address = parsePath(path);
    const { mailFrom, rcptTo } = this.session.envelope;
    if (!address) return { code: 501, text: '5.1.3 That is no mail address' };
    if (!mailFrom) return { code: 503, text: '5.5.1 MAIL first' };
    // A magic recipient sets the reply to the whole message, so a transaction has one recipient.
    if (rcptTo.length > 0) return { code: 452, text: '4.5.3 One recipient at a time' };
    const recipient = formatAddress(address);
    const play = playOf(recipient);
    const nth = play.rcpt ? this.#settings.tries.count(`${mailFrom.address} ${recipient}`) : 0;
    const refused = rcptReply(play, nth);
    if (refused) return refused;
    this.#play = play;
    rcptTo.push({ address: recipient, args: false });
    return { code: 250, text: '2.1.5 Welcome' };
  }

  override handler_DATA(command: Buffer, callback: Done): void {
    if (this.session.envelope.rcptTo.length > 0 && this.#play.drop === 'before_dot') this._socket.destroy();
    else super.handler_DATA(command, callback);
  }

  /** The reply to the final dot. `undefined`: no reply is ever sent. */
  async received(bytes: Buffer): Promise<Reply | undefined> {
    const play = this.#play;
    if (play.delayMs) await wait(this.#settings.slowMs ?? play.delayMs);
    if (play.dot) return play.dot;
    if (play.silent) {
      setTimeout(() => this._socket.destroy(), this.#settings.silenceMs).unref();
      return undefined;
    }
    const caught = this.#caught(bytes);
    await this.#settings.keep(caught);
    if (play.complains) this.#settings.onComplaint(caught);
    if (play.drop !== 'after_dot') return { code: 250, text: '2.6.0 Kept in the sandbox' };
    this._socket.destroy();
    return undefined;
  }

  #caught(bytes: Buffer): Caught {
    const { mailFrom, rcptTo } = this.session.envelope;
    const { tlsOptions } = this;
    return {
      mailFrom: mailFrom ? mailFrom.address : '',
      rcptTo: rcptTo[0]?.address ?? '',
      heloName: String(this.session.hostNameAppearsAs || ''),
      tls: tlsOptions ? `${tlsOptions.version} ${tlsOptions.standardName ?? tlsOptions.name}` : undefined,
      bytes,
    };
  }
}

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const failed = ({ code, text }: Reply): Error => Object.assign(new Error(text), { responseCode: code });

export class MxServer extends SMTPServer {
  readonly settings: MxSettings;

  constructor(settings: MxSettings) {
    super({
      ...(settings.certificate ?? {}),
      name: settings.hostName,
      banner: 'Waybill sandbox',
      logger: false,
      size: settings.maxMessageBytes,
      rejectOversized: true,
      disableReverseLookup: true,
      hideENHANCEDSTATUSCODES: false,
      socketTimeout: idleMs,
      closeTimeout: 1_000,
      disabledCommands: ['AUTH', 'WIZ', 'SHELL', 'KILL', ...(settings.certificate ? [] : ['STARTTLS'])],
      onData: (stream, session, callback) => this.#onData(stream, { id: session.id, callback }),
    } satisfies SMTPServerOptions);
    this.settings = settings;
    this.on('error', settings.onTrouble);
  }

  override connect(socket: net.Socket | tls.TLSSocket, socketOptions?: SMTPConnectionOptions | null): void {
    const connection = new MxConnection(this, socket, socketOptions);
    this.connections.add(connection);
    connection.on('error', (error) => this._onError(error));
    connection.init();
  }

  #onData(
    stream: Parameters<SMTPServer['onData']>[0],
    from: { readonly id: string; readonly callback: DataCallback },
  ): void {
    const parts: Buffer[] = [];
    // An oversized message is read to its end and not stored.
    stream.on('data', (part: Buffer) => void (stream.sizeExceeded || parts.push(part)));
    stream.on('error', () => undefined);
    stream.on('end', () => {
      const connection = [...this.connections].find(({ id }) => id === from.id) as MxConnection | undefined;
      if (!connection || stream.sizeExceeded) {
        from.callback();
        return;
      }
      connection
        .received(Buffer.concat(parts))
        .then((said) => {
          if (said) from.callback(said.code < 400 ? null : failed(said), said.text);
        })
        .catch((error: unknown) => {
          this.settings.onTrouble(error);
          from.callback(failed({ code: 451, text: '4.3.0 The sandbox cannot keep it now' }));
        });
    });
  }
}

type DataCallback = (error?: Error | null, message?: string) => void;
