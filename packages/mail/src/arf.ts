/** Feedback reports, which a mailbox provider sends when a recipient marks a message as spam. RFC 5965, RFC 6591 for auth-failure. */
import { fieldsNamed, fieldValue, type HeaderField } from './headers.ts';
import { reportBlocks } from './report-part.ts';

/** What a feedback report says about a message. RFC 5965 §3. */
export type FeedbackReport = {
  /** In lower case: `abuse`, `fraud`, `virus`, `not-spam`, `other`, `auth-failure`, or whatever is registered later. §7.3 */
  readonly feedbackType: string;
  readonly userAgent: string | undefined;
  readonly reportingMta: string | undefined;
  /** The return path of the message; `''` is the null one. Many providers leave it out. */
  readonly originalMailFrom: string | undefined;
  /** Often left out or replaced, to keep the complaining person's name. */
  readonly originalRcptTo: readonly string[];
  readonly arrivalDate: string | undefined;
  readonly sourceIp: string | undefined;
};

const MAX_VALUE = 1000;
const MAX_RECIPIENTS = 100;
const feedbackTypes: ReadonlySet<string> = new Set(['message/feedback-report']);

const valuesOf = (fields: readonly HeaderField[], name: string): readonly string[] =>
  fieldsNamed(fields, name)
    .map((field) => fieldValue(field).replace(/\s+/g, ' ').trim().slice(0, MAX_VALUE))
    .filter((value) => value !== '');

/** Some write `rfc822; ada@there.example`, as in RFC 3464; angle brackets are optional here. §3.2, §3.3 */
const addressOf = (value: string): string =>
  value
    .replace(/^[A-Za-z][A-Za-z0-9-]*\s*;\s*/, '')
    .replace(/^<(.*)>$/, '$1')
    .trim();

/** The machine-readable part of a feedback report, or `undefined` when it has none that names its type. §3.1 */
export function parseFeedbackReport(source: Buffer): FeedbackReport | undefined {
  // Producers put empty lines between the fields, though there is one group only.
  const fields = reportBlocks(source, feedbackTypes)?.flat() ?? [];
  const first = (name: string): string | undefined => valuesOf(fields, name)[0];
  const feedbackType =
    first('Feedback-Type')
      ?.toLowerCase()
      .split(/[\s;(]/)[0] ?? '';
  if (feedbackType === '') return undefined;
  const mailFrom = first('Original-Mail-From');
  return {
    feedbackType,
    userAgent: first('User-Agent'),
    reportingMta: first('Reporting-MTA')?.replace(/^dns\s*;\s*/i, ''),
    originalMailFrom: mailFrom === undefined ? undefined : addressOf(mailFrom),
    originalRcptTo: valuesOf(fields, 'Original-Rcpt-To').slice(0, MAX_RECIPIENTS).map(addressOf),
    arrivalDate: first('Arrival-Date') ?? first('Received-Date'),
    sourceIp: first('Source-IP'),
  };
}
