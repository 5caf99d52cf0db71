/** The envelope sender of one delivery (VERP): a bounce names its delivery, and nobody can forge one. RFC 5321 §4.5.5. */
import { formatReturnPath } from '@waybill/mail/verp';
import { addNote } from '../edit-message.ts';
import { idBytes } from '../id.ts';
import type { Stage } from './stage.ts';

export const setReturnPath: Stage = (message, { returnPath }) => {
  const { copy } = message;
  if (!copy) return message;
  const address = formatReturnPath(idBytes(copy.deliveryId), returnPath.key, returnPath.domain);
  return addNote(
    { ...message, copy: { ...copy, returnPath: address } },
    {
      step: 'set-return-path',
      what: 'return path set',
      because: 'Bounces come back to an address that names this delivery.',
      detail: { returnPath: address },
    },
  );
};
