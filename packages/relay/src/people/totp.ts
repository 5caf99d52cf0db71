/** Time-based one-time passwords as all authenticator apps make them: HMAC-SHA-1, 30 s, 6 digits. RFC 6238, RFC 4226 §5.3. */
import { createHmac, timingSafeEqual } from 'node:crypto';

/** RFC 4226 §4 R6: 160 bits. */
export const TOTP_SECRET_BYTES = 20;
const STEP_MS = 30_000;
const DIGITS = 6;
/** RFC 6238 §5.2: one step for a clock that is wrong and for the time of typing. */
const WINDOW_STEPS = 1;

const stepAt = (now: Date): number => Math.floor(now.getTime() / STEP_MS);

export function totpCode(secret: Buffer, step: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac('sha1', secret).update(counter).digest();
  const offset = (mac.at(-1) ?? 0) & 0x0f;
  const number = mac.readUInt32BE(offset) & 0x7fffffff;
  return String(number % 10 ** DIGITS).padStart(DIGITS, '0');
}

/** The step that the code belongs to; `undefined`: the code is wrong. The caller accepts a step once. */
export function stepOfCode(secret: Buffer, code: string, now: Date): number | undefined {
  const given = Buffer.from(code);
  let found: number | undefined;
  for (let step = stepAt(now) - WINDOW_STEPS; step <= stepAt(now) + WINDOW_STEPS; step++) {
    const expected = Buffer.from(totpCode(secret, step));
    if (given.length === expected.length && timingSafeEqual(given, expected)) found = step;
  }
  return found;
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** RFC 4648 §6 without padding, as apps read secrets. 20 bytes are a whole number of letters. */
export function totpSecretText(secret: Buffer): string {
  let bits = '';
  for (const byte of secret) bits += byte.toString(2).padStart(8, '0');
  return (bits.match(/.{5}/g) ?? []).map((five) => alphabet[Number.parseInt(five, 2)]).join('');
}

/** What a QR code holds. https://github.com/google/google-authenticator/wiki/Key-Uri-Format */
export function totpUri(
  secret: Buffer,
  { email, issuer }: { readonly email: string; readonly issuer: string },
): string {
  const label = `${encodeURIComponent(issuer)}:${encodeURIComponent(email)}`;
  return `otpauth://totp/${label}?secret=${totpSecretText(secret)}&issuer=${encodeURIComponent(issuer)}`;
}
