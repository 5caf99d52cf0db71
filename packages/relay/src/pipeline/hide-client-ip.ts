/**
 * Removes the client from our `Received:`, for accounts that ask for it. The stored message keeps it, because the worker reads it
 * there.
 */
import { fieldValue, firstField, type HeaderField, makeField } from '@waybill/mail/headers';
import { parseReceived } from '@waybill/mail/received';
import { addNote, replaceField } from '../content/edit-message.ts';
import type { Stage } from './stage.ts';

/** A name that cannot be registered. RFC 6761 §6.4. */
const HIDDEN = 'from hidden.invalid';

/** The value with its folds, where only the clause that names the client is replaced. */
const withoutClient = ({ raw }: HeaderField): string =>
  raw
    .toString('latin1')
    .replace(/^received:[ \t]*from \S+ \([^()]*\)/i, HIDDEN)
    .replace(/\r\n$/, '');

export const hideClientIp: Stage = (message, { account }) => {
  const received = account.hideClientIp ? firstField(message.fields, 'Received') : undefined;
  const isShown = received && parseReceived(fieldValue(received))?.clientIp !== undefined;
  if (!received || !isShown) return message;
  return addNote(replaceField(message, received, makeField('Received', withoutClient(received))), {
    step: 'hide-client-ip',
    what: 'client address hidden',
    reason: 'The account hides its clients’ addresses.',
  });
};
