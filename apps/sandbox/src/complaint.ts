/** The abuse report that a provider sends when a recipient marks a message as spam. RFC 5965. */
import type { Caught } from './mx-server.ts';

export type Report = { readonly from: string; readonly to: string; readonly message: string };

const reporter = 'complaints@sandbox.test';

/** The header block of the received message as text. Providers do not return the body. */
const headersOf = (bytes: Buffer): string => {
  const end = bytes.indexOf('\r\n\r\n');
  return bytes.toString('utf8', 0, end === -1 ? bytes.length : end + 2);
};

const lines = (...parts: readonly string[]): string => `${parts.join('\r\n')}\r\n`;

/** The report goes to the return path, the one address that every provider knows. Its sender is null: a report gets no report. */
export function complaintAbout(
  { mailFrom, rcptTo, bytes }: Caught,
  at: { readonly now: Date; readonly id: string },
): Report {
  const boundary = `arf-${at.id}`;
  const date = at.now.toUTCString().replace('GMT', '+0000');
  const message = lines(
    `From: Sandbox complaints <${reporter}>`,
    `To: <${mailFrom}>`,
    'Subject: Abuse report',
    `Date: ${date}`,
    `Message-ID: <${at.id}@sandbox.test>`,
    'MIME-Version: 1.0',
    `Content-Type: multipart/report; report-type=feedback-report; boundary="${boundary}"`,
    '',
    `--${boundary}`,
    'Content-Type: text/plain; charset=utf-8',
    '',
    `${rcptTo} says that this is spam.`,
    '',
    `--${boundary}`,
    'Content-Type: message/feedback-report',
    '',
    'Feedback-Type: abuse',
    'User-Agent: Waybill-Sandbox/1.0',
    'Version: 1',
    `Original-Mail-From: <${mailFrom}>`,
    `Original-Rcpt-To: <${rcptTo}>`,
    `Arrival-Date: ${date}`,
    'Source-IP: 127.0.0.1',
    '',
    `--${boundary}`,
    'Content-Type: text/rfc822-headers',
    '',
    headersOf(bytes).trimEnd(),
    '',
    `--${boundary}--`,
  );
  return { from: '', to: mailFrom, message };
}
