/** Sends one report to the return-path listener with a minimal SMTP client. RFC 5321 appendix D. */
import net from 'node:net';
import { createInterface } from 'node:readline';
import type { Report } from './complaint.ts';

const timeoutMs = 10_000;

const stuffed = (message: string): string => message.replace(/^\./gm, '..');

/** Each line is sent when the reply before it had this code. */
const dialogue = ({ from, to, message }: Report): readonly (readonly [number, string])[] => [
  [220, 'EHLO sandbox.test'],
  [250, `MAIL FROM:<${from}>`],
  [250, `RCPT TO:<${to}>`],
  [250, 'DATA'],
  [354, `${stuffed(message)}.`],
  [250, 'QUIT'],
];

export async function sendReport(
  report: Report,
  to: { readonly host: string; readonly port: number },
): Promise<void> {
  const socket = net.connect({ ...to, noDelay: true, timeout: timeoutMs });
  socket.on('timeout', () => socket.destroy(new Error('the return path does not answer')));
  const failure = new Promise<never>((_, reject) => void socket.once('error', reject));
  failure.catch(() => undefined);
  const replies = createInterface({ input: socket })[Symbol.asyncIterator]();
  const lastLine = async (): Promise<string> => {
    for (;;) {
      const { value = '', done } = await Promise.race([replies.next(), failure]);
      if (done) throw new Error('the return path closed the connection');
      if (/^\d{3}(?: |$)/.test(value)) return value;
    }
  };
  try {
    for (const [code, line] of dialogue(report)) {
      const reply = await lastLine();
      if (Number(reply.slice(0, 3)) !== code) throw new Error(`the return path said: ${reply}`);
      socket.write(`${line}\r\n`);
    }
  } finally {
    socket.destroySoon();
  }
}
