/** Codes that replace the second factor, each once. 80 random bits, so a fast hash is safe. */
import { encodeBase32 } from '@waybill/mail/base32';

const COUNT = 10;
const CODE_BYTES = 10;

/** `abcd-efgh-jkmn-pqrs`, ten of them. */
export const makeRecoveryCodes = (random: (size: number) => Buffer): readonly string[] =>
  Array.from({ length: COUNT }, () => encodeBase32(random(CODE_BYTES)).replace(/(.{4})(?=.)/g, '$1-'));

/** The form that is hashed: capitals, spaces and dashes do not matter. `undefined`: this is no recovery code. */
export function normalRecoveryCode(text: string): string | undefined {
  const letters = text.toLowerCase().replace(/[\s-]/g, '');
  return /^[0-9a-hjkmnp-tv-z]{16}$/.test(letters) ? letters : undefined;
}
