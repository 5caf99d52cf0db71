/** An SMTP session from the greeting to the point where mail can be handed over. RFC 5321 §3.1, RFC 3207, RFC 4954. */
import type tls from 'node:tls';
import { type Connection, openConnection, type TlsFacts } from './connection.ts';
import { ConnectionError, type Phase } from './connection-error.ts';
import type { SmtpReply } from './reply-reader.ts';
import { broken, type SmtpOutcome } from './smtp-outcome.ts';
import type { Timeouts } from './timeouts.ts';
import type { Transcript } from './transcript.ts';

/** `opportunistic` takes TLS when it is there; `clear` after it failed there; `implicit` begins with it. */
export type TlsPolicy = 'opportunistic' | 'required' | 'implicit' | 'clear';

export type Target = {
  readonly host: string;
  readonly ip: string;
  readonly port: number;
  readonly tls: TlsPolicy;
  readonly auth?: { readonly username: string; readonly password: string } | undefined;
};

export type SessionSettings = {
  readonly heloName: string;
  readonly timeouts: Timeouts;
  /** With the extra authority of OUTBOUND_CA_FILE; made once, it is dear. */
  readonly secureContext: tls.SecureContext | undefined;
};

export type Session = {
  readonly target: Target;
  readonly timeouts: Timeouts;
  readonly connection: Connection;
  /** EHLO keywords in upper case, with their parameters. §4.1.1.1. */
  readonly extensions: ReadonlyMap<string, string>;
  readonly tls: TlsFacts | undefined;
  /** Messages handed over so far. */
  messages: number;
  /** A transaction was begun and not ended: RSET before the next. */
  dirty: boolean;
};

/** A session that did not come about, with how it ended. */
export class NoSession extends Error {
  readonly outcome: SmtpOutcome;
  constructor(outcome: SmtpOutcome, options?: ErrorOptions) {
    super('no session', options);
    this.outcome = outcome;
  }
}

/** One command and its reply, both on record. `shownAs` hides what must not be read later. */
export async function command(
  on: { readonly connection: Connection; readonly transcript: Transcript; readonly timeoutMs: number },
  text: string,
  shownAs = text,
): Promise<SmtpReply> {
  on.transcript.client(shownAs);
  await on.connection.write(Buffer.from(`${text}\r\n`), on.timeoutMs);
  return readReply(on);
}

export async function readReply(on: {
  readonly connection: Connection;
  readonly transcript: Transcript;
  readonly timeoutMs: number;
}): Promise<SmtpReply> {
  const reply = await on.connection.reply(on.timeoutMs);
  on.transcript.server(reply.verbatim);
  return reply;
}

type Opening = {
  readonly target: Target;
  readonly settings: SessionSettings;
  readonly transcript: Transcript;
  readonly connection: Connection;
};

/** Runs a step of the opening; whatever goes wrong ends as `NoSession` with the phase in it. */
async function step<T>(
  opening: Pick<Opening, 'transcript'>,
  phase: Phase,
  run: () => Promise<T>,
): Promise<T> {
  try {
    return await opening.transcript.timed(phase === 'starttls' ? 'tls' : phase, run);
  } catch (error) {
    if (error instanceof NoSession) throw error;
    if (error instanceof ConnectionError) opening.transcript.note(error.message);
    throw new NoSession(broken(phase, error), { cause: error });
  }
}

/**
 * In TLS 1.3 the client is ready before the server has looked at its certificate, so a server that refuses the client
 * says so only where the first reply is due (RFC 8446 §4.4). Until that reply has come, TLS has not worked.
 */
async function firstThroughTls<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof NoSession) || error.outcome.kind !== 'broken') throw error;
    throw new NoSession({ ...error.outcome, tlsFailed: true }, { cause: error });
  }
}

const refuse = (phase: Exclude<Phase, 'dns'>, reply: SmtpReply): never => {
  throw new NoSession({ kind: 'replied', phase, reply });
};

async function greet({ connection, settings, transcript }: Opening): Promise<void> {
  const reply = await readReply({ connection, transcript, timeoutMs: settings.timeouts.bannerMs });
  if (reply.code !== 220) refuse('banner', reply);
  // A second reply to nothing: every later one would be taken for the answer to something else.
  if (connection.unexpectedReplies() > 0)
    throw new ConnectionError('garbage', 'two replies where one was due');
}

const keywordsOf = (reply: SmtpReply): ReadonlyMap<string, string> =>
  new Map(
    reply.lines.slice(1).map((line) => {
      const [keyword = '', ...parameters] = line.trim().split(/[ =]+/);
      return [keyword.toUpperCase(), parameters.join(' ')] as const;
    }),
  );

async function introduce({
  connection,
  settings,
  transcript,
}: Opening): Promise<ReadonlyMap<string, string>> {
  const on = { connection, transcript, timeoutMs: settings.timeouts.ehloMs };
  const ehlo = await command(on, `EHLO ${settings.heloName}`);
  if (ehlo.code === 250) return keywordsOf(ehlo);
  if (ehlo.code < 500) return refuse('ehlo', ehlo);
  // §3.2: a server of the old kind.
  const helo = await command(on, `HELO ${settings.heloName}`);
  return helo.code === 250 ? new Map() : refuse('ehlo', helo);
}

async function encrypt({ target, connection, settings, transcript }: Opening): Promise<TlsFacts> {
  const facts = await connection.secure({
    serverName: target.host,
    secureContext: settings.secureContext,
    timeoutMs: settings.timeouts.tlsMs,
  });
  transcript.note(
    `${facts.version} ${facts.cipher}, certificate ${facts.verified ? 'verified' : `not verified (${facts.reason})`}`,
  );
  return facts;
}

async function startTls(opening: Opening): Promise<TlsFacts> {
  const { connection, settings, transcript } = opening;
  const reply = await command({ connection, transcript, timeoutMs: settings.timeouts.tlsMs }, 'STARTTLS');
  if (reply.code !== 220) throw new ConnectionError('tls', `STARTTLS was refused: ${reply.verbatim}`);
  return encrypt(opening);
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** Passwords go to a verified peer, or inside this machine. */
const mayReceivePassword = (target: Target, facts: TlsFacts | undefined): boolean =>
  facts?.verified === true || /^(127\.|::1$)/.test(target.ip);

async function logIn(
  opening: Opening,
  extensions: ReadonlyMap<string, string>,
  { username, password }: NonNullable<Target['auth']>,
): Promise<void> {
  const { connection, settings, transcript } = opening;
  const on = { connection, transcript, timeoutMs: settings.timeouts.authMs };
  const mechanisms = (extensions.get('AUTH') ?? '').toUpperCase().split(' ');
  if (mechanisms.includes('PLAIN')) {
    const reply = await command(
      on,
      `AUTH PLAIN ${base64(`\0${username}\0${password}`)}`,
      'AUTH PLAIN (hidden)',
    );
    return reply.code === 235 ? undefined : refuse('auth', reply);
  }
  if (!mechanisms.includes('LOGIN'))
    throw new ConnectionError('garbage', 'the smart host offers neither AUTH PLAIN nor LOGIN');
  const asksName = await command(on, 'AUTH LOGIN');
  if (asksName.code !== 334) refuse('auth', asksName);
  const asksPassword = await command(on, base64(username), '(hidden)');
  if (asksPassword.code !== 334) refuse('auth', asksPassword);
  const reply = await command(on, base64(password), '(hidden)');
  if (reply.code !== 235) refuse('auth', reply);
}

async function negotiate(opening: Opening): Promise<Session> {
  const { target, connection, settings } = opening;
  let facts: TlsFacts | undefined;
  if (target.tls === 'implicit') facts = await step(opening, 'starttls', () => encrypt(opening));
  await step(opening, 'banner', () => greet(opening));
  let extensions = await step(opening, 'ehlo', () => introduce(opening));
  if (target.tls !== 'clear' && target.tls !== 'implicit' && extensions.has('STARTTLS')) {
    facts = await step(opening, 'starttls', () => startTls(opening));
    // RFC 3207 §4.2: what was said before does not count.
    extensions = await firstThroughTls(() => step(opening, 'ehlo', () => introduce(opening)));
  }
  if (target.tls === 'required' && !facts)
    throw new NoSession(broken('starttls', new ConnectionError('tls', 'TLS is required and not offered')));
  const { auth } = target;
  if (auth) {
    await step(opening, 'auth', async () => {
      if (!mayReceivePassword(target, facts))
        throw new ConnectionError('tls', 'no verified TLS: the password was not sent');
      await logIn(opening, extensions, auth);
    });
  }
  return {
    target,
    timeouts: settings.timeouts,
    connection,
    extensions,
    tls: facts,
    messages: 0,
    dirty: false,
  };
}

/** Connects and introduces itself. Rejects with `NoSession` only. */
export async function openSession(
  target: Target,
  settings: SessionSettings,
  transcript: Transcript,
): Promise<Session> {
  const at = target.host === target.ip ? target.ip : `${target.host} [${target.ip}]`;
  transcript.note(`connecting to ${at} port ${target.port}`);
  const connection = await step({ transcript }, 'connect', () =>
    openConnection({ ip: target.ip, port: target.port, timeoutMs: settings.timeouts.connectMs }),
  );
  try {
    return await negotiate({ target, settings, transcript, connection });
  } catch (error) {
    connection.destroy();
    throw error;
  }
}
