/**
 * Adds Message-ID if it is missing or invalid; a valid one stays unchanged. RFC 5322 §3.6.4; RFC 6409 §8.3 allows a submission
 * server to do so.
 */
import { fieldValue, firstField, type HeaderField, makeField } from '@waybill/mail/headers';
import { formatMessageId, isMessageId } from '@waybill/mail/message-id';
import { addAtEnd, addNote, replaceField } from '../content/edit-message.ts';
import { publicId } from '../id.ts';
import type { Message } from '../message.ts';
import { shownValue } from '../trace/shown-value.ts';
import type { Stage } from './stage.ts';

const STEP = 'ensure-message-id';

/** Whether the identifier is valid. Without SMTPUTF8 it must be ASCII. RFC 6532 §3.3. */
const isValid = (field: HeaderField, { envelope }: Message): boolean => {
  const value = fieldValue(field);
  return isMessageId(value) && (envelope.smtpUtf8 || !/[^\0-\x7f]/.test(value.replace(/^.*</s, '')));
};

export const ensureMessageId: Stage = (message, { platformDomain }) => {
  const written = firstField(message.fields, 'Message-ID');
  if (written && isValid(written, message)) return message;
  // Derived from the message id, so that preparing the message twice gives the same value.
  const fresh = makeField('Message-ID', formatMessageId(publicId('msg', message.id), platformDomain));
  if (!written) {
    return addNote(addAtEnd(message, [fresh]), {
      step: STEP,
      what: 'Message-ID added',
      reason: 'The message had no Message-ID.',
    });
  }
  return addNote(replaceField(message, written, fresh), {
    step: STEP,
    what: 'Message-ID replaced',
    reason:
      'The Message-ID of the client is not one identifier of the form <left@right>; receivers refuse such mail.',
    detail: { client: shownValue(written) },
  });
};
