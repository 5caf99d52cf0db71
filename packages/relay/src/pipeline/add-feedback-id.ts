/**
 * Adds `Feedback-ID`, so that receivers count complaints by stream and account: `stream:account:kind:sender`, the form that Gmail
 * reads.
 */
import { firstField, makeField } from '@waybill/mail/headers';
import { addAtEnd, addNote } from '../content/edit-message.ts';
import { publicId } from '../id.ts';
import type { Stage } from './stage.ts';

/** The sender part of the form: 5 to 15 characters that stay the same over time. */
const senderOf = (domain: string): string => word(domain).slice(0, 15).padEnd(5, '-');

const word = (text: string): string => text.replace(/[^A-Za-z0-9-]/g, '-').slice(0, 64);

export const addFeedbackId: Stage = (message, { stream, account, platformDomain }) => {
  if (firstField(message.fields, 'Feedback-ID')) return message;
  const parts = [word(stream.name), publicId('acc', account.id), 'transactional', senderOf(platformDomain)];
  return addNote(addAtEnd(message, [makeField('Feedback-ID', parts.join(':'))]), {
    step: 'add-feedback-id',
    what: 'Feedback-ID added',
    reason: 'Receivers count complaints by it.',
  });
};
