/** RFC 5322 §3.6.4, RFC 6409 §8.3. A client's own Message-ID is kept, whatever it looks like. */
import { firstField, makeField } from '@waybill/mail/headers';
import { formatMessageId } from '@waybill/mail/message-id';
import { addAtEnd, addNote } from '../edit-message.ts';
import { publicId } from '../id.ts';
import type { Stage } from './stage.ts';

export const ensureMessageId: Stage = (message, { platformDomain }) => {
  if (firstField(message.fields, 'Message-ID')) return message;
  // Derived from our own id: to prepare the message twice gives the same one.
  const value = formatMessageId(publicId('msg', message.id), platformDomain);
  return addNote(addAtEnd(message, [makeField('Message-ID', value)]), {
    step: 'ensure-message-id',
    what: 'Message-ID added',
    because: 'The message had no Message-ID.',
  });
};
