import type { Connection } from './connection.ts';
import type { SmtpReply } from './reply-reader.ts';
import type { Transcript } from './transcript.ts';

/** Where a command goes and where it is recorded. */
export type Exchange = {
  readonly connection: Connection;
  readonly transcript: Transcript;
  readonly timeoutMs: number;
};

/** Sends one command and reads its reply; both are recorded. `shownAs` stands in the record in place of a secret. */
export async function sendCommand(on: Exchange, text: string, shownAs = text): Promise<SmtpReply> {
  on.transcript.client(shownAs);
  await on.connection.write(Buffer.from(`${text}\r\n`), on.timeoutMs);
  return readReply(on);
}

/** Reads one reply and records it. Rejects with `ConnectionError`. */
export async function readReply(on: Exchange): Promise<SmtpReply> {
  const reply = await on.connection.reply(on.timeoutMs);
  on.transcript.server(reply.verbatim);
  return reply;
}
