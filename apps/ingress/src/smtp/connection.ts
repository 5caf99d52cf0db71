import type net from 'node:net';
import type tls from 'node:tls';
import type { Release } from '@waybill/io/concurrency/semaphore';
import { Refusal } from '@waybill/relay/refusal';
import type { SMTPServer } from 'smtp-server';
import { SMTPConnection, type SMTPConnectionOptions } from 'smtp-server/lib/smtp-connection.js';
import { holderOf } from '../address-holder.ts';
import { clientOf } from './client-of.ts';
import type { ConnectionDependencies } from './connection-dependencies.ts';
import { type Deadlines, limitHandshake, openDeadlines } from './deadlines.ts';
import { extensionsOf, parseEhlo } from './ehlo.ts';
import { openGathered } from './gathered.ts';
import { type BadLine, badLineReplies, Input } from './input.ts';
import { withStatus } from './library-replies.ts';
import { requirePath } from './path-command.ts';
import { openPatience } from './patience.ts';
import { replyLines } from './reply-lines.ts';
import {
  type Answer,
  beginExchange,
  continueExchange,
  parseAuthCommand,
  type SaslExchange,
} from './sasl-wire.ts';
import type { Verbs } from './verbs.ts';

type Done = () => void;

type Arrived = {
  readonly socket: net.Socket | tls.TLSSocket;
  readonly options: SMTPConnectionOptions | null | undefined;
};

/**
 * smtp-server's connection with our own verbs. The library keeps sockets, TLS, PROXY and the order of commands; every
 * gap of it that RFC 5321, 4954 or 6531 forbids is closed here, and each has a test that an upgrade must pass.
 */
export class Connection extends SMTPConnection {
  readonly #dependencies: ConnectionDependencies;
  readonly #verbs: Verbs;
  #deadlines: Deadlines | undefined;
  #release: Release | undefined;
  #isReading = false;
  readonly #gathered = openGathered((replies) => this.#write(replies));
  readonly #patience = openPatience();

  constructor(server: SMTPServer, { socket, options }: Arrived, dependencies: ConnectionDependencies) {
    super(server, socket, options);
    this.#dependencies = dependencies;
    this.#verbs = dependencies.openVerbs(clientOf(this));
  }

  /** In place of a wait of 100 ms before each greeting. */
  override init(): void {
    this._setListeners(() => {
      this.#release = this.#dependencies.connections.tryAcquire(holderOf(this.remoteAddress));
      if (!this.#release) {
        this.#refuse(new Refusal('too_many_connections'));
        return;
      }
      this.#dependencies.onCount(1);
      this.#deadlines = openDeadlines(this.#dependencies.deadlines, () => this.#expire());
      this.connectionReady();
    });
  }

  /** Called once the process stops: whoever only waits is told; a message that is coming in is finished. RFC 5321 §3.8. */
  drain(): void {
    if (this._handlerPending || this.#isReading || this._upgrading) return;
    this.#refuse(new Refusal('shutting_down'));
  }

  override _createParser(): Input {
    const input = new Input();
    input.oncommand = (command, callback) => this._onCommand(command, callback);
    input.onBadLine = (kind, next) => this.#onBadLine(kind, next);
    input.on('error', () => this.close());
    input.on('finish', () => this.#endInput(input));
    return input;
  }

  /** Told of the TLS socket as the handshake begins. */
  override _armTimeout(socket?: net.Socket | tls.TLSSocket): void {
    super._armTimeout(socket);
    if (this._upgrading && socket !== undefined) limitHandshake(socket, this.#dependencies.deadlines);
  }

  /** Who does not read our reply keeps us waiting as much as who does not send a command. */
  override _whenWritable(next: Done): void {
    if (!this.#isReading) this.#deadlines?.awaitCommand();
    super._whenWritable(next);
  }

  override _onCommand(command: Buffer, callback?: Done): void {
    this.#deadlines?.work();
    if (this.#patience.command()) this.#sendStrangerAway('Many commands and no message');
    if (this._closing) return;
    super._onCommand(command, () => {
      if (!this.#isReading) this.#awaitCommand();
      callback?.();
    });
  }

  /** The library's own replies. Ours pass `#say`. */
  override send(code: number, data?: string | string[] | null, context?: string | false): void {
    this.#reply(code, Array.isArray(data) ? data : [withStatus(code, data ?? '', context === false)]);
    if (code >= 500) this.#countError();
  }

  override _resetSession(): void {
    super._resetSession();
    if (this.session.user === false) this.#verbs.forget();
    else this.#verbs.reset();
  }

  override _onTimeout(): void {
    if (this.#isReading && !this._handlerPending) this.#expire();
    else super._onTimeout();
  }

  override _onClose(): void {
    this.#deadlines?.close();
    if (this.#release) {
      this.#release();
      this.#dependencies.onCount(-1);
      this.#verbs.close();
    }
    this.#release = undefined;
    super._onClose();
  }

  override handler_EHLO(command: Buffer, callback: Done): void {
    const hostName = parseEhlo(command.toString());
    if (hostName === undefined) {
      this.#say(501, '5.5.4 EHLO needs the name of your host');
      callback();
      return;
    }
    this.hostNameAppearsAs = hostName;
    this._resetSession();
    const extensions = extensionsOf({
      mechanisms: this.#verbs.mechanisms(),
      startTls: !this.secure && this._isSupported('STARTTLS'),
      maxMessageBytes: this.#dependencies.maxMessageBytes,
    });
    this.#reply(250, [`${this.name} greets ${this.clientHostname || 'you'}`, ...extensions]);
    callback();
  }

  override handler_AUTH(command: Buffer, callback: Done): void {
    this.#answer(async () => {
      const { mechanism, initial } = parseAuthCommand(command.toString());
      const exchange = this.#verbs.startAuth(mechanism);
      this.#goOn(exchange, await beginExchange(exchange, initial));
    }, callback);
  }

  override handler_MAIL(command: Buffer, callback: Done): void {
    this.#answer(async () => {
      const parsed = await requirePath('MAIL FROM', command, this.#verbs);
      await this.#verbs.mailFrom(parsed.path, parsed.parameters);
      this.#sayAlong(250, '2.1.0 Sender accepted');
    }, callback);
  }

  override handler_RCPT(command: Buffer, callback: Done): void {
    this.#answer(async () => {
      const parsed = await requirePath('RCPT TO', command, this.#verbs);
      await this.#verbs.rcptTo(parsed.path, parsed.parameters);
      this.#sayAlong(250, '2.1.5 Recipient accepted');
    }, callback);
  }

  override handler_DATA(command: Buffer, callback: Done): void {
    this.#answer(async () => {
      if (!/^DATA *$/i.test(command.toString())) throw new Refusal('parameter_malformed');
      if (!this.#verbs.hasRecipient()) throw new Refusal('bad_sequence', { detail: 'RCPT TO comes first' });
      await this.#verbs.beginData();
      if (this._parser instanceof Input && !this._closed) this.#readMessage(this._parser);
    }, callback);
  }

  #readMessage(input: Input): void {
    this.#isReading = true;
    this.#deadlines?.awaitMessage();
    const rules = {
      maxBytes: this.#verbs.maxMessageBytes(),
      bareLineEndings: this.#verbs.bareLineEndings(),
    };
    input.startMessage(rules, (received) => {
      this.#deadlines?.work();
      this._handlerPending = true;
      this.#answer(
        async () => {
          if (received.isTooLarge) throw new Refusal('message_too_large');
          const { bytes, isRepaired } = received;
          if (bytes === undefined) throw new Refusal('bare_line_ending');
          this.#say(250, await this.#verbs.message({ bytes, isRepaired }));
          this.#patience.renew();
        },
        () => this.#endMessage(input),
      );
    });
    this.#say(354, 'End data with <CR><LF>.<CR><LF>');
  }

  #endMessage(input: Input): void {
    this._handlerPending = false;
    this.#isReading = false;
    if (this._closed) return;
    this._resetSession();
    this.#awaitCommand();
    this._whenWritable(() => input.continue());
  }

  #goOn(exchange: SaslExchange, answer: Answer): void {
    if (answer === 'authenticated') {
      // Only a mark for the library; who it is stays with the verbs.
      this.session.user = 'authenticated';
      this.#patience.renew();
      this.#say(235, '2.7.0 Authentication successful');
      return;
    }
    this._nextHandler = (line, callback) =>
      this.#answer(
        async () => this.#goOn(exchange, await continueExchange(exchange, line.toString())),
        callback,
      );
    this.#reply(334, [answer.challenge]);
  }

  /** Every verb of ours runs in here: a rejection becomes a reply, never an unhandled one. */
  #answer(verb: () => Promise<void>, callback: Done): void {
    verb().then(callback, (error: unknown) => {
      this.#refuse(error);
      callback();
    });
  }

  #refuse(error: unknown): void {
    const { code, text } = this.#dependencies.replyOf(error, clientOf(this));
    this.#say(code, text);
    // RFC 5321 §3.8: a session is ended by 421, which may follow the reply to a command.
    if (this.#verbs.isOver() && code !== 421) this.#say(421, '4.7.0 Closing connection, log in again');
    if (code >= 500) this.#countError();
  }

  #say(code: number, text: string): void {
    this.#reply(code, [text]);
  }

  /** Along with the reply to the next command, where the client pipelined it. The text is ours: one line of printable ASCII. */
  #sayAlong(code: number, text: string): void {
    this.#gathered.hold(`${code} ${text}\r\n`);
  }

  /** In place of the library's own write, which keeps silent once the client has closed its side. RFC 5321 §4.2.1. */
  #reply(code: number, lines: readonly string[]): void {
    this.#gathered.hold(replyLines(code, lines));
    this.#gathered.letGo();
    if (code === 421) this.close();
  }

  /** Not into a handshake that is under way, nor to a client that has gone. */
  #write(replies: string): void {
    if (!this._upgrading && this._socket.writable) this._socket.write(replies);
  }

  /** The client has closed its side, and everything that it sent is answered. A message without its end is not. */
  #endInput(input: Input): void {
    if (this._parser !== input || this._closed) return;
    this.#gathered.letGo();
    this.close();
  }

  #countError(): void {
    if (this.#patience.error()) this.#sendStrangerAway();
  }

  #sendStrangerAway(detail?: string): void {
    if (this.#verbs.isAuthenticated() || this._closing) return;
    this.#refuse(new Refusal('too_many_failures', detail === undefined ? {} : { detail }));
  }

  #onBadLine(kind: BadLine, next: Done): void {
    // Such a line ends an AUTH exchange too: the next one is a command again.
    this._nextHandler = false;
    this.send(...badLineReplies[kind], false);
    this._whenWritable(next);
  }

  #awaitCommand(): void {
    if (this._closing || this._closed) return;
    if (this.#dependencies.isDraining()) this.#refuse(new Refusal('shutting_down'));
    else this.#deadlines?.awaitCommand();
  }

  #expire(): void {
    this.send(421, 'Timeout - closing connection');
  }
}
