/** Signs with DKIM. The last stage, because a later change would break the signature. RFC 6376 §5. */
import { type DkimKey, signDkim } from '@waybill/mail/dkim';
import { addNote, addOnTop } from '../content/edit-message.ts';
import { bodyPiecesOf } from '../content/patch-of.ts';
import type { Note } from '../message.ts';
import type { Facts, Stage } from './stage.ts';

const keysOf = ({ signingKeys, platformKeys, platformSignature }: Facts): readonly DkimKey[] => {
  if (signingKeys.length === 0) return platformKeys;
  return platformSignature ? [...signingKeys, ...platformKeys] : signingKeys;
};

function reasonOf({ signingKeys, account }: Facts): string {
  if (signingKeys.length > 0) return 'The From domain is verified and has active keys.';
  const who = account.senderPolicy === 'lenient' ? 'The account is lenient' : 'From is a registered address';
  return `${who}, and the From domain has no active key here: the platform signed with its own domain.`;
}

const noteOf = (keys: readonly DkimKey[], facts: Facts): Note => ({
  step: 'sign-dkim',
  what: `signed ${keys.map(({ domain, selector }) => `${domain}/${selector}`).join(', ')}`,
  reason: reasonOf(facts),
  detail: { signatures: keys.map(({ domain, selector, algorithm }) => ({ domain, selector, algorithm })) },
});

/** Throws when a key cannot sign. The message is tried again later and is never sent unsigned. */
export const signDkimLast: Stage = (message, facts) => {
  const keys = keysOf(facts);
  if (keys.length === 0) {
    return addNote(message, {
      step: 'sign-dkim',
      what: 'not signed',
      reason: 'Neither the account nor the platform has a DKIM key.',
    });
  }
  const bodyPieces = bodyPiecesOf(message);
  const isWithheld = facts.unsigned === true;
  const signatures = signDkim({ fields: message.fields, bodyPieces, keys, at: facts.now, isWithheld });
  return addNote(addOnTop(message, signatures), noteOf(keys, facts));
};
