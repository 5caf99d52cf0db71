/** Folds header lines over 998 bytes before signing, because a later server would fold them and break the signature. RFC 5322 §2.1.1. */
import { foldedField, hasLongLine } from '@waybill/mail/header/fold-header';
import type { HeaderField } from '@waybill/mail/headers';
import { addNote } from '../content/edit-message.ts';
import type { Message } from '../message.ts';
import type { Stage } from './stage.ts';

const STEP = 'fold-long-lines';

const names = (fields: readonly HeaderField[]): string =>
  [...new Set(fields.map(({ name }) => name))].join(', ');

export const foldLongLines: Stage = (message) => {
  if (!message.fields.some(hasLongLine)) return message;
  const folded: HeaderField[] = [];
  const left: HeaderField[] = [];
  const fields = message.fields.map((field) => {
    if (!hasLongLine(field)) return field;
    const fresh = foldedField(field);
    (fresh ? folded : left).push(field);
    return fresh ?? field;
  });
  let changed: Message = message;
  if (folded.length > 0) {
    changed = addNote(
      { ...message, fields },
      {
        step: STEP,
        what: `${names(folded)} folded`,
        reason:
          'A line of the field was over 998 bytes; a server on the way would break it, and our signature with it.',
      },
    );
  }
  if (left.length === 0) return changed;
  return addNote(changed, {
    step: STEP,
    what: `${names(left)} left with a line over 998 bytes`,
    reason: 'The field has no place where it may be folded without another meaning.',
  });
};
