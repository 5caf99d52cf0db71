/** Removes Bcc, so that no recipient sees it. RFC 5322 §3.6.3. */
import { addNote, removeFields } from '../content/edit-message.ts';
import type { Stage } from './stage.ts';

export const stripBcc: Stage = (message) => {
  const bare = removeFields(message, ({ key }) => key === 'bcc' || key === 'resent-bcc');
  if (bare === message) return message;
  return addNote(bare, {
    step: 'strip-bcc',
    what: 'Bcc removed',
    reason: 'Recipients must not see who else got a blind copy.',
  });
};
