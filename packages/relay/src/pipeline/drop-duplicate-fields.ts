/** Removes an identical repetition of a field that may occur once, because receivers refuse mail with two. RFC 5322 §3.6. */
import { repeatedFields } from '@waybill/mail/header/repeated-fields';
import { addNote, removeFields } from '../content/edit-message.ts';
import type { Stage } from './stage.ts';

export const dropDuplicateFields: Stage = (message) => {
  const { identical } = repeatedFields(message.fields);
  if (identical.length === 0) return message;
  const unwanted = new Set(identical);
  const names = [...new Set(identical.map(({ name }) => name))];
  return addNote(
    removeFields(message, (field) => unwanted.has(field)),
    {
      step: 'drop-duplicate-fields',
      what: `duplicate ${names.join(', ')} removed`,
      reason: 'The field may occur once, and the repetition was identical. Receivers refuse mail with two.',
      detail: { fields: names },
    },
  );
};
