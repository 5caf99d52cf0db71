/** The text of a replaced field for the trace: one line, cut, bytes beyond ASCII as question marks. */
import { fieldValue, type HeaderField } from '@waybill/mail/headers';

const MAX_CHARACTERS = 500;

/** The text of a field in a form that is safe to show. */
export const shownValue = (field: HeaderField): string =>
  fieldValue(field)
    .slice(0, MAX_CHARACTERS)
    .replace(/[^ -~]/g, '?');
