/** Adds Date if it is missing or invalid. RFC 5322 §3.6 requires it; RFC 6409 §8.2 allows a submission server to add or replace it. */
import { formatDate, isDateTime } from '@waybill/mail/header/date';
import { fieldValue, firstField, makeField } from '@waybill/mail/headers';
import { addAtEnd, addNote, replaceField } from '../content/edit-message.ts';
import { shownValue } from '../trace/shown-value.ts';
import type { Stage } from './stage.ts';

const STEP = 'ensure-date';

export const ensureDate: Stage = (message, { acceptedAt }) => {
  const written = firstField(message.fields, 'Date');
  if (written && isDateTime(fieldValue(written))) return message;
  const fresh = makeField('Date', formatDate(acceptedAt));
  if (!written) {
    return addNote(addAtEnd(message, [fresh]), {
      step: STEP,
      what: 'Date added',
      reason: 'The message had no Date; the time of acceptance was written.',
    });
  }
  return addNote(replaceField(message, written, fresh), {
    step: STEP,
    what: 'Date replaced',
    reason: 'The Date of the client is no date of RFC 5322; the time of acceptance was written.',
    detail: { client: shownValue(written) },
  });
};
