/**
 * Where the next hop lacks 8BITMIME, the copy is written in 7 bits before we sign it. RFC 6152 §3. What must not be changed stays,
 * and `eightBit` says why: then the copy cannot be sent to that host.
 */
import { toSevenBit as convert, type EightBitReason } from '@waybill/mail/body/seven-bit';
import { isAsciiField } from '@waybill/mail/header/ascii-header';
import { firstField, makeField } from '@waybill/mail/headers';
import { makePatch } from '@waybill/mail/patch';
import type { BodyChanges } from '../content/body-changes.ts';
import { addAtEnd, removeFields } from '../content/edit-message.ts';
import { bodyChangesOf } from '../content/patch-of.ts';
import type { Message } from '../message.ts';
import type { Stage } from './stage.ts';

const CTE = 'Content-Transfer-Encoding';

const reasons: Readonly<Record<EightBitReason, string>> = {
  signed: 'is signed, and the signature would break',
  encrypted: 'is encrypted, and a change would make it unreadable',
  header: 'has a field or a boundary that cannot be written in ASCII',
  message_type: 'is of a type that must not be encoded (RFC 2045 §6.4)',
  opaque: 'has an encoding or a structure that cannot be read',
};

type SevenBitBody = ReturnType<typeof convert>;

/** Why the copy stays 8-bit; `undefined`: all of it can be written in 7 bits. */
function whyEightBit(
  { fields }: Message,
  { left: [left], splices }: SevenBitBody,
  before: BodyChanges,
): string | undefined {
  if (left) return `part ${left.part} (${left.contentType}) ${reasons[left.reason]}`;
  // What is still there was kept because nothing that it covers had changed.
  if (splices !== before.splices && firstField(fields, 'DKIM-Signature'))
    return 'the message is signed by the client (DKIM), and the signature would break';
  const field = fields.find((one) => !isAsciiField(one));
  return field && `the field ${field.name} cannot be written in ASCII`;
}

export const toSevenBit: Stage = (message, { sevenBit }) => {
  if (!sevenBit) return message;
  const before = bodyChangesOf(message);
  const body = convert({ ...message, splices: before.splices });
  const eightBit = whyEightBit(message, body, before);
  if (eightBit !== undefined) return { ...message, eightBit };
  const bodyChanges = { ...before, splices: makePatch(body.splices) };
  const changed = { ...message, bodyChanges };
  if (body.encoding === undefined) return changed;
  const bare = removeFields(changed, ({ key }) => key === CTE.toLowerCase());
  return addAtEnd(bare, [makeField(CTE, body.encoding)]);
};
