/** An SMTP session from the greeting to the point where mail can be handed over. RFC 5321 §3.1, RFC 3207, RFC 4954. */
import type tls from 'node:tls';
import { broken, type Ending } from './ending.ts';
import type { Timeouts } from './timeouts.ts';
import type { Conversation } from './transcript.ts';
import type { WireReply } from './wire/reply-reader.ts';
import { openWire, type TlsFacts, type Wire } from './wire/wire.ts';
import { type Phase, WireError } from './wire/wire-error.ts';

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
  readonly wire: Wire;
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
  readonly ending: Ending;
  constructor(ending: Ending, options?: ErrorOptions) {
    super('no session', options);
    this.ending = ending;
  }
}

/** One command and its reply, both on record. `shownAs` hides what must not be read later. */
export async function command(
  on: { readonly wire: Wire; readonly conversation: Conversation; readonly timeoutMs: number },
  text: string,
  shownAs = text,
): Promise<WireReply> {
  on.conversation.client(shownAs);
  await on.wire.write(Buffer.from(`${text}\r\n`), on.timeoutMs);
  return heard(on);
}

export async function heard(on: {
  readonly wire: Wire;
  readonly conversation: Conversation;
  readonly timeoutMs: number;
}): Promise<WireReply> {
  const reply = await on.wire.reply(on.timeoutMs);
  on.conversation.server(reply.verbatim);
  return reply;
}

type Opening = {
  readonly target: Target;
  readonly settings: SessionSettings;
  readonly conversation: Conversation;
  readonly wire: Wire;
};

/** Runs a step of the opening; whatever goes wrong ends as `NoSession` with the phase in it. */
async function step<T>(
  opening: Pick<Opening, 'conversation'>,
  phase: Phase,
  run: () => Promise<T>,
): Promise<T> {
  try {
    return await opening.conversation.timed(phase === 'starttls' ? 'tls' : phase, run);
  } catch (error) {
    if (error instanceof NoSession) throw error;
    if (error instanceof WireError) opening.conversation.note(error.message);
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
    if (!(error instanceof NoSession) || error.ending.kind !== 'broken') throw error;
    throw new NoSession({ ...error.ending, tlsBroke: true }, { cause: error });
  }
}

const refuse = (phase: Exclude<Phase, 'dns'>, reply: WireReply): never => {
  throw new NoSession({ kind: 'replied', phase, reply });
};

async function greet({ wire, settings, conversation }: Opening): Promise<void> {
  const reply = await heard({ wire, conversation, timeoutMs: settings.timeouts.bannerMs });
  if (reply.code !== 220) refuse('banner', reply);
  // A second reply to nothing: every later one would be taken for the answer to something else.
  if (wire.unasked() > 0) throw new WireError('garbage', 'two replies where one was due');
}

const keywordsOf = (reply: WireReply): ReadonlyMap<string, string> =>
  new Map(
    reply.lines.slice(1).map((line) => {
      const [keyword = '', ...parameters] = line.trim().split(/[ =]+/);
      return [keyword.toUpperCase(), parameters.join(' ')] as const;
    }),
  );

async function introduce({ wire, settings, conversation }: Opening): Promise<ReadonlyMap<string, string>> {
  const on = { wire, conversation, timeoutMs: settings.timeouts.ehloMs };
  const ehlo = await command(on, `EHLO ${settings.heloName}`);
  if (ehlo.code === 250) return keywordsOf(ehlo);
  if (ehlo.code < 500) return refuse('ehlo', ehlo);
  // §3.2: a server of the old kind.
  const helo = await command(on, `HELO ${settings.heloName}`);
  return helo.code === 250 ? new Map() : refuse('ehlo', helo);
}

async function encrypt({ target, wire, settings, conversation }: Opening): Promise<TlsFacts> {
  const facts = await wire.secure({
    serverName: target.host,
    secureContext: settings.secureContext,
    timeoutMs: settings.timeouts.tlsMs,
  });
  conversation.note(
    `${facts.version} ${facts.cipher}, certificate ${facts.verified ? 'verified' : `not verified (${facts.reason})`}`,
  );
  return facts;
}

async function startTls(opening: Opening): Promise<TlsFacts> {
  const { wire, settings, conversation } = opening;
  const reply = await command({ wire, conversation, timeoutMs: settings.timeouts.tlsMs }, 'STARTTLS');
  if (reply.code !== 220) throw new WireError('tls', `STARTTLS was refused: ${reply.verbatim}`);
  return encrypt(opening);
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** Passwords go to a verified peer, or inside this machine. */
const mayHearPassword = (target: Target, facts: TlsFacts | undefined): boolean =>
  facts?.verified === true || /^(127\.|::1$)/.test(target.ip);

async function logIn(
  opening: Opening,
  extensions: ReadonlyMap<string, string>,
  { username, password }: NonNullable<Target['auth']>,
): Promise<void> {
  const { wire, settings, conversation } = opening;
  const on = { wire, conversation, timeoutMs: settings.timeouts.authMs };
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
    throw new WireError('garbage', 'the smart host offers neither AUTH PLAIN nor LOGIN');
  const asksName = await command(on, 'AUTH LOGIN');
  if (asksName.code !== 334) refuse('auth', asksName);
  const asksPassword = await command(on, base64(username), '(hidden)');
  if (asksPassword.code !== 334) refuse('auth', asksPassword);
  const reply = await command(on, base64(password), '(hidden)');
  if (reply.code !== 235) refuse('auth', reply);
}

async function negotiate(opening: Opening): Promise<Session> {
  const { target, wire, settings } = opening;
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
    throw new NoSession(broken('starttls', new WireError('tls', 'TLS is required and not offered')));
  const { auth } = target;
  if (auth) {
    await step(opening, 'auth', async () => {
      if (!mayHearPassword(target, facts))
        throw new WireError('tls', 'no verified TLS: the password was not sent');
      await logIn(opening, extensions, auth);
    });
  }
  return { target, timeouts: settings.timeouts, wire, extensions, tls: facts, messages: 0, dirty: false };
}

/** Connects and introduces itself. Rejects with `NoSession` only. */
export async function openSession(
  target: Target,
  settings: SessionSettings,
  conversation: Conversation,
): Promise<Session> {
  const at = target.host === target.ip ? target.ip : `${target.host} [${target.ip}]`;
  conversation.note(`connecting to ${at} port ${target.port}`);
  const wire = await step({ conversation }, 'connect', () =>
    openWire({ ip: target.ip, port: target.port, timeoutMs: settings.timeouts.connectMs }),
  );
  try {
    return await negotiate({ target, settings, conversation, wire });
  } catch (error) {
    wire.destroy();
    throw error;
  }
}
