/** Two subjects, two dates: only the sender knows which one is meant, and receivers refuse the mail. RFC 5322 §3.6. */
import { repeatedFields } from '@waybill/mail/header/repeated-fields';
import type { Gate } from './stage.ts';

export const requireSingleFields: Gate = ({ fields }) => {
  const { differing } = repeatedFields(fields);
  if (!differing) return undefined;
  return {
    code: 'header_field_repeated',
    detail: `The message has more than one ${differing.name} field, with different values`,
  };
};
