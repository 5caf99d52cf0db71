/**
 * Crockford's base32 in lower case: no i, l, o, u, so nothing is misread aloud; order of text is order of bytes.
 * One spelling per value: ids are compared as text and stand in unique indexes.
 */

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';
const values = new Int8Array(128).fill(-1);
for (const [value, letter] of [...alphabet].entries()) values[letter.charCodeAt(0)] = value;

/** 16 bytes become 26 letters; the last letter is padded with zero bits. */
export function encodeBase32(bytes: Uint8Array): string {
  let text = '';
  let bits = 0;
  let held = 0;
  for (const byte of bytes) {
    held = (held << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += alphabet[(held >> bits) & 31];
    }
    held &= (1 << bits) - 1;
  }
  return bits === 0 ? text : text + alphabet[(held << (5 - bits)) & 31];
}

/** The bytes, or `undefined` for whatever `encodeBase32` would not have written: other letters, upper case, stray bits. */
export function decodeBase32(text: string): Buffer | undefined {
  const bytes = Buffer.alloc(Math.floor((text.length * 5) / 8));
  let at = 0;
  let bits = 0;
  let held = 0;
  for (let index = 0; index < text.length; index++) {
    const value = values[text.charCodeAt(index)] ?? -1;
    if (value < 0) return undefined;
    held = (held << 5) | value;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes[at++] = held >> bits;
      held &= (1 << bits) - 1;
    }
  }
  return bits < 5 && held === 0 ? bytes : undefined;
}
