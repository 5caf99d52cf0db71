import type net from 'node:net';
import type tls from 'node:tls';
import type { Release } from '@waybill/io/concurrency/semaphore';
import { holderOf } from '@waybill/relay/domains/address-holder';
import { Refusal } from '@waybill/relay/refusal';
import type { SMTPServer } from 'smtp-server';
import { SMTPConnection, type SMTPConnectionOptions } from 'smtp-server/lib/smtp-connection.js';
import { clientOf } from './client-of.ts';
import type { ConnectionDependencies } from './connection-dependencies.ts';
import { type Deadlines, limitHandshake, openDeadlines } from './deadlines.ts';
import { extensionsOf, parseEhlo } from './ehlo.ts';
import { openErrorBudget } from './error-budget.ts';
import { type BadLine, badLineReplies, Input } from './input.ts';
import { withStatus } from './library-replies.ts';
import { requirePath } from './path-command.ts';
import { openReplyBatch } from './reply-batch.ts';
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
 * smtp-server's connection with our own verbs. The library handles sockets, TLS, PROXY and the order of commands. What it does against
 * RFC 5321, 4954 or 6531 is corrected here, and each correction has a test that an upgrade of the library must pass.
 */
export class Connection extends SMTPConnection {
  readonly #dependencies: ConnectionDependencies;
  readonly #verbs: Verbs;
  #deadlines: Deadlines | undefined;
  #release: Release | undefined;
  #isReading = false;
  readonly #replies = openReplyBatch((replies) => this.#write(replies));
  readonly #errorBudget = openErrorBudget();

  constructor(server: SMTPServer, { socket, options }: Arrived, dependencies: ConnectionDependencies) {
    super(server, socket, options);
    this.#dependencies = dependencies;
    this.#verbs = dependencies.openVerbs(clientOf(this));
  }

  /** Replaces the library's wait of 100 ms before each greeting. */
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

  /** Called when the process stops: an idle client gets 421, and a message in transfer is finished. RFC 5321 §3.8. */
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

  /** The library calls it with the TLS socket when the handshake begins. */
  override _armTimeout(socket?: net.Socket | tls.TLSSocket): void {
    super._armTimeout(socket);
    if (this._upgrading && socket !== undefined) limitHandshake(socket, this.#dependencies.deadlines);
  }

  /** A client that does not read our reply has the same deadline as a client that does not send a command. */
  override _whenWritable(next: Done): void {
    if (!this.#isReading) this.#deadlines?.awaitCommand();
    super._whenWritable(next);
  }

  override _onCommand(command: Buffer, callback?: Done): void {
    this.#deadlines?.work();
    if (this.#errorBudget.command()) this.#refuseUnknownClient('Many commands and no message');
    if (this._closing) return;
    super._onCommand(command, () => {
      if (!this.#isReading) this.#awaitCommand();
      callback?.();
    });
  }

  /** The library's own replies. Ours pass `#replyLine`. */
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
      this.#replyLine(501, '5.5.4 EHLO needs the name of your host');
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
      this.#replyLater(250, '2.1.0 Sender accepted');
    }, callback);
  }

  override handler_RCPT(command: Buffer, callback: Done): void {
    this.#answer(async () => {
      const parsed = await requirePath('RCPT TO', command, this.#verbs);
      await this.#verbs.rcptTo(parsed.path, parsed.parameters);
      this.#replyLater(250, '2.1.5 Recipient accepted');
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
          this.#replyLine(250, await this.#verbs.message({ bytes, isRepaired }));
          this.#errorBudget.reset();
        },
        () => this.#endMessage(input),
      );
    });
    this.#replyLine(354, 'End data with <CR><LF>.<CR><LF>');
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
      // The library only needs a mark. The verbs know the credential.
      this.session.user = 'authenticated';
      this.#errorBudget.reset();
      this.#replyLine(235, '2.7.0 Authentication successful');
      return;
    }
    this._nextHandler = (line, callback) =>
      this.#answer(
        async () => this.#goOn(exchange, await continueExchange(exchange, line.toString())),
        callback,
      );
    this.#reply(334, [answer.challenge]);
  }

  /** Runs a verb. A rejection becomes a reply, never an unhandled rejection. */
  #answer(verb: () => Promise<void>, callback: Done): void {
    verb().then(callback, (error: unknown) => {
      this.#refuse(error);
      callback();
    });
  }

  #refuse(error: unknown): void {
    const { code, text } = this.#dependencies.replyOf(error, clientOf(this));
    this.#replyLine(code, text);
    // RFC 5321 §3.8: 421 ends a session and may follow the reply to a command.
    if (this.#verbs.isOver() && code !== 421) this.#replyLine(421, '4.7.0 Closing connection, log in again');
    if (code >= 500) this.#countError();
  }

  #replyLine(code: number, text: string): void {
    this.#reply(code, [text]);
  }

  /** Leaves with the reply to the next command, if the client pipelined it. The text is one line of printable ASCII. */
  #replyLater(code: number, text: string): void {
    this.#replies.add(`${code} ${text}\r\n`);
  }

  /** Replaces the library's write, which sends nothing once the client has closed its side. RFC 5321 §4.2.1. */
  #reply(code: number, lines: readonly string[]): void {
    this.#replies.add(replyLines(code, lines));
    this.#replies.flush();
    if (code === 421) this.close();
  }

  /** Writes nothing into a TLS handshake or to a closed connection. */
  #write(replies: string): void {
    if (!this._upgrading && this._socket.writable) this._socket.write(replies);
  }

  /** The client has closed its side, and all its commands have replies. A message without its end gets none. */
  #endInput(input: Input): void {
    if (this._parser !== input || this._closed) return;
    this.#replies.flush();
    this.close();
  }

  #countError(): void {
    if (this.#errorBudget.error()) this.#refuseUnknownClient();
  }

  #refuseUnknownClient(detail?: string): void {
    if (this.#verbs.isAuthenticated() || this._closing) return;
    this.#refuse(new Refusal('too_many_failures', detail === undefined ? {} : { detail }));
  }

  #onBadLine(kind: BadLine, next: Done): void {
    // Such a line ends an AUTH exchange too. The next line is a command.
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
