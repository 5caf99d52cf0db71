/** One mail transaction: MAIL, RCPT, DATA, bytes, ledger, dot. RFC 5321 §3.3, RFC 2920. */

import { readReply } from './commands.ts';
import { ConnectionError } from './connection-error.ts';
import type { DataBytes } from './data-bytes.ts';
import type { SmtpReply } from './reply-reader.ts';
import type { Session } from './session.ts';
import { broken, type SmtpOutcome } from './smtp-outcome.ts';
import type { Transcript } from './transcript.ts';

/** One message to one recipient, as it goes over the wire. RFC 5321 §3.3. */
export type OutgoingMessage = {
  /** Empty: the null reverse path. */
  readonly returnPath: string;
  readonly recipient: string;
  /** An address or a header field holds more than ASCII. RFC 6531 §3.4. */
  readonly utf8: boolean;
  readonly data: DataBytes;
};

/** A transaction and what it asks its caller on the way. `Stopped`: why the caller stops it. */
export type Transaction<Stopped = unknown> = {
  readonly session: Session;
  readonly outgoing: OutgoingMessage;
  readonly transcript: Transcript;
  /** Asks the gates again; `undefined`: MAIL FROM may be sent. */
  readonly beforeMail: () => Promise<SmtpOutcome<Stopped> | undefined>;
  /** Commits "the dot goes out now" to the ledger. `false`: the lease was lost. */
  readonly beforeDot: () => Promise<boolean>;
};

// One write, one segment train: the dot never waits for an acknowledgement of the body. docs/performance.md.
const TAIL_BYTES = 65_536;
const BLOCK_BYTES = 262_144;
/** A message of fifty thousand rewritten links has a hundred thousand pieces: beyond this a copy is cheaper than the calls. */
const MAX_PARTS = 64;

/** What the next hop lacks for this letter. RFC 6152 §3, RFC 6531 §3.2: not sent, rather than sent broken. */
function lacking({ extensions }: Session, { utf8, data }: OutgoingMessage): SmtpOutcome | undefined {
  if (utf8 && !extensions.has('SMTPUTF8')) {
    const text = 'the next hop does not speak SMTPUTF8 and an address or header needs it';
    return { kind: 'unable', outcome: 'bounced', status: '5.6.7', text, lacks: 'SMTPUTF8' };
  }
  if (data.eightBit && !extensions.has('8BITMIME')) {
    const text = 'the next hop does not take 8-bit mail and this message is';
    return { kind: 'unable', outcome: 'bounced', status: '5.6.3', text, lacks: '8BITMIME' };
  }
  return undefined;
}

function envelopeCommands(
  { extensions }: Session,
  { returnPath, recipient, utf8, data }: OutgoingMessage,
): readonly string[] {
  const parameters = [
    extensions.has('SIZE') ? ` SIZE=${data.size}` : '',
    data.eightBit ? ' BODY=8BITMIME' : '',
    utf8 ? ' SMTPUTF8' : '',
  ];
  return [`MAIL FROM:<${returnPath}>${parameters.join('')}`, `RCPT TO:<${recipient}>`, 'DATA'];
}

const steps = ['mail', 'rcpt', 'data'] as const;
type Step = (typeof steps)[number];

const accepted: Readonly<Record<Step, (code: number) => boolean>> = {
  mail: (code) => code === 250,
  rcpt: (code) => code === 250 || code === 251 || code === 252,
  data: (code) => code === 354,
};

/** A refusal is the end; a success that does not belong here means that replies and commands have come apart. */
function refusalOf(step: Step, reply: SmtpReply): SmtpOutcome | undefined {
  if (accepted[step](reply.code)) return undefined;
  if (reply.code >= 400) return { kind: 'replied', phase: step, reply };
  const text = `${step.toUpperCase()} was answered with ${reply.verbatim}`;
  return { kind: 'broken', phase: step, failure: 'garbage', text };
}

const sendCommands = (session: Session, commands: readonly string[], timeoutMs: number): Promise<void> =>
  session.connection.write(Buffer.from(commands.map((command) => `${command}\r\n`).join('')), timeoutMs);

/** The replies that pipelined commands still owe. When DATA was let in all the same, only closing is safe. RFC 2920 §3.1. */
async function drainReplies(transaction: Transaction, owed: readonly Step[]): Promise<void> {
  const { session, transcript } = transaction;
  try {
    for (const step of owed) {
      const reply = await readReply({
        connection: session.connection,
        transcript,
        timeoutMs: session.timeouts.resetMs,
      });
      if (step === 'data' && reply.code < 400) session.connection.destroy();
    }
  } catch {
    // The refusal is known already; this session is simply not used again.
    session.connection.destroy();
  }
}

/** Says these commands, hears one reply. `undefined`: it was the right one. */
async function exchange(
  { session, transcript }: Transaction,
  step: Step,
  commands: readonly string[],
): Promise<SmtpOutcome | undefined> {
  const timeoutMs = session.timeouts[`${step}Ms`];
  for (const command of commands) transcript.client(command);
  try {
    const reply = await transcript.timed(step, async () => {
      if (commands.length > 0) await sendCommands(session, commands, timeoutMs);
      return readReply({ connection: session.connection, transcript, timeoutMs });
    });
    return refusalOf(step, reply);
  } catch (error) {
    return broken(step, error);
  }
}

/** MAIL, RCPT and DATA, in one segment where the server takes it. `undefined`: the server waits for the message. */
async function envelope(transaction: Transaction): Promise<SmtpOutcome | undefined> {
  const { session, outgoing } = transaction;
  const commands = envelopeCommands(session, outgoing);
  const pipelining = session.extensions.has('PIPELINING');
  session.dirty = true;
  for (const [index, step] of steps.entries()) {
    const own = commands.slice(index, index + 1);
    const together = index === 0 ? commands : [];
    const refusal = await exchange(transaction, step, pipelining ? together : own);
    if (!refusal) continue;
    if (pipelining && refusal.kind === 'replied') await drainReplies(transaction, steps.slice(index + 1));
    return refusal;
  }
  return undefined;
}

/** Splits off what goes out together with the dot. */
function tailOf({ chunks, end }: DataBytes): { readonly head: readonly Buffer[]; readonly tail: Buffer } {
  let bytes = 0;
  let from = chunks.length;
  while (from > 0 && bytes < TAIL_BYTES) {
    from -= 1;
    bytes += chunks[from]?.length ?? 0;
  }
  const straddling = chunks[from];
  const kept = Math.max(bytes - TAIL_BYTES, 0);
  const head =
    kept > 0 && straddling ? [...chunks.slice(0, from), straddling.subarray(0, kept)] : chunks.slice(0, from);
  const rest = straddling ? [straddling.subarray(kept), ...chunks.slice(from + 1)] : [];
  return { head, tail: Buffer.concat([...rest, end]) };
}

/** Blocks of a size that a slow receiver takes within the time of one, however the message is cut. §4.5.3.2.5. */
function* blocksOf(chunks: readonly Buffer[]): Generator<readonly Buffer[]> {
  let block: Buffer[] = [];
  let bytes = 0;
  for (const chunk of chunks) {
    for (let from = 0; from < chunk.length; from += BLOCK_BYTES) {
      const part = chunk.subarray(from, from + BLOCK_BYTES);
      block.push(part);
      bytes += part.length;
      if (bytes < BLOCK_BYTES) continue;
      yield block;
      block = [];
      bytes = 0;
    }
  }
  if (block.length > 0) yield block;
}

async function writeHead({ connection, timeouts }: Session, head: readonly Buffer[]): Promise<void> {
  for (const block of blocksOf(head)) {
    await connection.write(block.length > MAX_PARTS ? Buffer.concat(block) : block, timeouts.blockMs);
    if (connection.unexpectedReplies() > 0) return;
  }
}

/** The server spoke while it should have listened: a refusal in the middle of the message, or nonsense. */
async function interruption({ session, transcript }: Transaction): Promise<SmtpOutcome | undefined> {
  // Gone while the ledger was written: known before the dot, so there is no doubt about it.
  if (session.connection.unexpectedReplies() === 0 && !session.connection.alive())
    return { kind: 'broken', phase: 'data', failure: 'closed', text: 'the other side closed the connection' };
  if (session.connection.unexpectedReplies() === 0) return undefined;
  const reply = await readReply({ connection: session.connection, transcript, timeoutMs: 0 });
  session.connection.destroy();
  if (reply.code >= 400) return { kind: 'replied', phase: 'data', reply };
  return {
    kind: 'broken',
    phase: 'data',
    failure: 'garbage',
    text: 'a reply came before the message was over',
  };
}

const markInLedger = async (transaction: Transaction): Promise<boolean> => {
  try {
    return await transaction.beforeDot();
  } catch (error) {
    throw new ConnectionError('ledger', 'the ledger could not be written, so the final dot was not sent', {
      cause: error,
    });
  }
};

/** Everything but the tail goes out while the ledger commits; the tail and the dot go out together, after the commit. */
async function untilTheDot(transaction: Transaction): Promise<{ readonly tail: Buffer } | SmtpOutcome> {
  const { session, outgoing } = transaction;
  const { head, tail } = tailOf(outgoing.data);
  try {
    const [, held] = await Promise.all([
      writeHead(session, head).catch(async (error: unknown) => {
        if (session.connection.unexpectedReplies() === 0) throw error;
      }),
      markInLedger(transaction),
    ]);
    const interrupted = await interruption(transaction);
    if (interrupted) return interrupted;
    if (held) return { tail };
    session.connection.destroy();
    return { kind: 'lease_lost' };
  } catch (error) {
    session.connection.destroy();
    return broken('data', error);
  }
}

async function theDot({ session, outgoing, transcript }: Transaction, tail: Buffer): Promise<SmtpOutcome> {
  transcript.client(`<${outgoing.data.size} bytes>`);
  transcript.client('.');
  try {
    const reply = await transcript.timed('dot', async () => {
      await session.connection.write(tail, session.timeouts.blockMs);
      return readReply({ connection: session.connection, transcript, timeoutMs: session.timeouts.dotMs });
    });
    // Neither yes nor no: they may have it.
    if (reply.code < 200 || (reply.code >= 300 && reply.code < 400))
      throw new ConnectionError('garbage', `the dot was answered with ${reply.verbatim}`);
    session.messages += 1;
    session.dirty = false;
    return { kind: 'replied', phase: 'dot', reply };
  } catch (error) {
    session.connection.destroy();
    return { kind: 'unanswered', text: error instanceof Error ? error.message : 'the connection broke' };
  }
}

const fromTheDot = (passed: { readonly tail: Buffer } | SmtpOutcome): passed is { readonly tail: Buffer } =>
  'tail' in passed;

/** Hands one message to one recipient. Every way out is an `Ending`. */
export async function transact<Stopped>(transaction: Transaction<Stopped>): Promise<SmtpOutcome<Stopped>> {
  const { session, outgoing, transcript } = transaction;
  const lack = lacking(session, outgoing);
  if (lack) return lack;
  const stopped = await transaction.beforeMail();
  if (stopped) return stopped;
  const refusal = await envelope(transaction);
  if (refusal) {
    if (refusal.kind === 'broken') session.connection.destroy();
    return refusal;
  }
  const passed = await untilTheDot(transaction);
  if (fromTheDot(passed)) return theDot(transaction, passed.tail);
  transcript.note('the final dot was not sent');
  return passed;
}
