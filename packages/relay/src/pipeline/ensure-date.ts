/** RFC 5322 §3.6: Date must be there; RFC 6409 §8.1 lets a submission server add it. */
import { formatDate } from '@waybill/mail/date';
import { firstField, makeField } from '@waybill/mail/headers';
import { addAtEnd, addNote } from '../edit-message.ts';
import type { Stage } from './stage.ts';

export const ensureDate: Stage = (message, { acceptedAt }) => {
  if (firstField(message.fields, 'Date')) return message;
  return addNote(addAtEnd(message, [makeField('Date', formatDate(acceptedAt))]), {
    step: 'ensure-date',
    what: 'Date added',
    because: 'The message had no Date; the time of acceptance was written.',
  });
};
