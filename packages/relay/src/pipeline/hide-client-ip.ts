/** Takes the client out of our own `Received:`, for accounts that ask for it. What is stored keeps it: the worker reads it there. */
import { fieldValue, firstField, type HeaderField, makeField } from '@waybill/mail/headers';
import { parseReceived } from '@waybill/mail/received';
import { addNote, replaceField } from '../content/edit-message.ts';
import type { Stage } from './stage.ts';

/** RFC 6761 §6.4: a name that nobody can own. */
const HIDDEN = 'from hidden.invalid';

/** The value with its folds: only the clause that names the client changes. */
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
