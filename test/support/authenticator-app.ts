/** The authenticator app of a person in a test. */
import { totpCode } from '@waybill/relay/people/totp';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const STEP_MS = 30_000;

/** RFC 4648 §6, as apps read secrets. */
const bytesOf = (text: string): Buffer => {
  const bits = [...text].map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, '0')).join('');
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
};

/** `steps` later than `at`: a code works once, and the product takes the one of the next step too. */
export const codeOf = (secret: string, at: number, steps = 0): string =>
  totpCode(bytesOf(secret), Math.floor(at / STEP_MS) + steps);
