/** Opens an SMTP session: greeting, EHLO, STARTTLS, AUTH. RFC 5321 §3.1, RFC 3207, RFC 4954. */
import type tls from 'node:tls';
import { readReply, sendCommand } from './commands.ts';
import { type Connection, openConnection } from './connection.ts';
import { ConnectionError, type Phase } from './connection-error.ts';
import { logIn, mayReceivePassword } from './log-in.ts';
import { NoSession, refuseSession } from './no-session.ts';
import type { SmtpReply } from './reply-reader.ts';
import { broken } from './smtp-outcome.ts';
import type { Target } from './target.ts';
import type { Timeouts } from './timeouts.ts';
import { needsCertificate, type TlsFacts } from './tls-handshake.ts';
import { needsTls } from './tls-policy.ts';
import type { Transcript } from './transcript.ts';

/** What every session of a process is opened with. */
export type SessionSettings = {
  readonly timeouts: Timeouts;
  /** Trusted authorities; `undefined`: those of Node. Made once, because making one takes milliseconds. */
  readonly secureContext: tls.SecureContext | undefined;
};

/** An open session in which MAIL FROM may be sent. RFC 5321 §3.3. */
export type Session = {
  readonly target: Target;
  readonly timeouts: Timeouts;
  readonly connection: Connection;
  /** EHLO keywords in upper case, with their parameters. §4.1.1.1. */
  readonly extensions: ReadonlyMap<string, string>;
  /** `undefined`: the session is not encrypted. */
  readonly tls: TlsFacts | undefined;
  /** Messages that the server has taken so far. */
  messages: number;
  /** A transaction began and did not end: RSET is due before the next. */
  dirty: boolean;
};

type Opening = {
  readonly target: Target;
  readonly settings: SessionSettings;
  readonly transcript: Transcript;
  readonly connection: Connection;
};

/** Runs a step of the opening. An error becomes `NoSession` with the phase in its outcome. */
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
 * In TLS 1.3 the client finishes its handshake before the server does, so a server that refuses the client says so only
 * where the first reply is due (RFC 8446 §4.4). Until that reply has come, TLS counts as failed.
 */
async function firstThroughTls<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof NoSession) || error.outcome.kind !== 'broken') throw error;
    throw new NoSession({ ...error.outcome, tlsFailed: true }, { cause: error });
  }
}

async function greet({ connection, settings, transcript }: Opening): Promise<void> {
  const reply = await readReply({ connection, transcript, timeoutMs: settings.timeouts.bannerMs });
  if (reply.code !== 220) refuseSession('banner', reply);
  // With a second reply before any command, every later reply would be read as the answer to the wrong command.
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
  target,
  connection,
  settings,
  transcript,
}: Opening): Promise<ReadonlyMap<string, string>> {
  const on = { connection, transcript, timeoutMs: settings.timeouts.ehloMs };
  const ehlo = await sendCommand(on, `EHLO ${target.ehloName}`);
  if (ehlo.code === 250) return keywordsOf(ehlo);
  if (ehlo.code < 500) return refuseSession('ehlo', ehlo);
  // §3.2: a server of the old kind.
  const helo = await sendCommand(on, `HELO ${target.ehloName}`);
  return helo.code === 250 ? new Map() : refuseSession('ehlo', helo);
}

async function encrypt({ target, connection, settings, transcript }: Opening): Promise<TlsFacts> {
  const facts = await connection.secure({
    host: target.host,
    policy: target.tls,
    secureContext: settings.secureContext,
    timeoutMs: settings.timeouts.tlsMs,
  });
  transcript.note(
    `${facts.version} ${facts.cipher}, certificate ${facts.verified ? 'verified' : `not verified (${facts.reason})`}`,
  );
  if (needsCertificate(target.tls) && !facts.verified)
    throw new ConnectionError('tls', `the certificate of ${target.host} does not hold: ${facts.reason}`);
  return facts;
}

async function startTls(opening: Opening): Promise<TlsFacts> {
  const { connection, settings, transcript } = opening;
  const reply = await sendCommand({ connection, transcript, timeoutMs: settings.timeouts.tlsMs }, 'STARTTLS');
  if (reply.code !== 220) throw new ConnectionError('tls', `STARTTLS was refused: ${reply.verbatim}`);
  return encrypt(opening);
}

async function negotiate(opening: Opening): Promise<Session> {
  const { target, connection, settings } = opening;
  let facts: TlsFacts | undefined;
  if (target.tls.kind === 'implicit') facts = await step(opening, 'starttls', () => encrypt(opening));
  await step(opening, 'banner', () => greet(opening));
  let extensions = await step(opening, 'ehlo', () => introduce(opening));
  if (!facts && target.tls.kind !== 'none' && extensions.has('STARTTLS')) {
    facts = await step(opening, 'starttls', () => startTls(opening));
    // RFC 3207 §4.2: the client forgets the extensions that the server offered before TLS.
    extensions = await firstThroughTls(() => step(opening, 'ehlo', () => introduce(opening)));
  }
  if (needsTls(target.tls) && !facts)
    throw new NoSession(broken('starttls', new ConnectionError('tls', 'TLS is required and not offered')));
  const { auth } = target;
  if (auth) {
    await step(opening, 'auth', async () => {
      if (!mayReceivePassword(target, facts))
        throw new ConnectionError('tls', 'no verified TLS: the password was not sent');
      await logIn({ ...opening, timeoutMs: settings.timeouts.authMs }, extensions, auth);
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

/** Connects, and goes on to the point where MAIL FROM may be sent. Rejects with `NoSession` only. */
export async function openSession(
  target: Target,
  settings: SessionSettings,
  transcript: Transcript,
): Promise<Session> {
  const at = target.host === target.address ? target.address : `${target.host} [${target.address}]`;
  transcript.note(`connecting to ${at} port ${target.port}`);
  const connection = await step({ transcript }, 'connect', () =>
    openConnection({
      address: target.address,
      port: target.port,
      localAddress: target.localAddress,
      timeoutMs: settings.timeouts.connectMs,
    }),
  );
  try {
    return await negotiate({ target, settings, transcript, connection });
  } catch (error) {
    connection.destroy();
    throw error;
  }
}
