/** Refuses two different fields where one is allowed, such as two subjects, because receivers refuse such mail. RFC 5322 §3.6. */
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
