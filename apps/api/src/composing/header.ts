/** Header fields of a JSON submission. Every line is ASCII within 998 bytes. RFC 5322 §2.1.1. */
import type { SendBody } from '@waybill/contract/send';
import { formatMailboxes } from '@waybill/mail/addresses/format-mailboxes';
import type { Mailbox } from '@waybill/mail/addresses/mailboxes';
import { decodeWords, encodeHeaderText, foldAtSpaces } from '@waybill/mail/header/encoded-word';
import { type HeaderField, makeField } from '@waybill/mail/headers';
import { faultAt } from '@waybill/relay/management/request-fault';

export type People = {
  readonly from: Mailbox;
  readonly to: readonly Mailbox[];
  readonly cc: readonly Mailbox[];
  readonly replyTo: readonly Mailbox[];
};

const MAX_LINE_BYTES = 998;

const hasLongLine = ({ raw }: HeaderField): boolean =>
  raw
    .toString('latin1')
    .split('\r\n')
    .some((line) => line.length > MAX_LINE_BYTES);

/** ASCII text stays, because it may be structured (a list of ids, a URL); other text becomes encoded words. */
function givenField(name: string, value: string): HeaderField {
  const field = makeField(name, /^[ -~]*$/.test(value) ? foldAtSpaces(value) : encodeHeaderText(value));
  if (hasLongLine(field))
    throw faultAt(
      `/headers/${name}`,
      `has a word that is longer than a line of a header can be (${MAX_LINE_BYTES} bytes with the name)`,
    );
  return field;
}

function givenFields(headers: Readonly<Record<string, string>>): readonly HeaderField[] {
  const seen = new Set<string>();
  return Object.entries(headers).map(([name, value]) => {
    if (seen.has(name.toLowerCase())) throw faultAt(`/headers/${name}`, 'is given twice, in another case');
    seen.add(name.toLowerCase());
    return givenField(name, value);
  });
}

const mailboxField = (name: string, mailboxes: readonly Mailbox[]): readonly HeaderField[] =>
  mailboxes.length === 0 ? [] : [makeField(name, formatMailboxes(mailboxes))];

/** A subject that the client encoded already is decoded first. */
const subjectField = (subject: string): HeaderField =>
  makeField('Subject', encodeHeaderText(decodeWords(subject)));

export const headerOf = ({ subject, headers = {} }: SendBody, people: People): readonly HeaderField[] => [
  ...mailboxField('From', [people.from]),
  ...mailboxField('To', people.to),
  ...mailboxField('Cc', people.cc),
  ...mailboxField('Reply-To', people.replyTo),
  subjectField(subject),
  ...givenFields(headers),
];
