/** Which passwords are refused: short ones, and ones that attackers try first. NIST SP 800-63B-4 §3.1.1.2. */

const MIN_LENGTH = 12;
/** A tail of digits and marks as in `password2026!` adds nothing. A longer one may. */
const MAX_TAIL = 5;
const MAX_UNIT = 4;

/** Whether a list of breached passwords has it. The text is in lower case. */
export type IsCommon = (text: string) => Promise<boolean>;

/** One form for each password: the same letters typed on another system are other code points. RFC 8265 §4.2. */
export const normalPassword = (text: string): string => text.normalize('NFKC');

/** The shortest text that the whole repeats: `abcabc` → `abc`. */
const unitOf = (text: string): string => /^(.+?)\1*$/su.exec(text)?.[1] ?? text;

/** `abcdefghijkl`, `987654321098`. */
function isSequence(text: string): boolean {
  const codes = [...text].map((letter) => letter.codePointAt(0) ?? 0);
  const isStep = (step: number): boolean =>
    codes.every((code, index) => {
      const before = codes[index - 1];
      return before === undefined || code - before === step || code - before === step - Math.sign(step) * 10;
    });
  return isStep(1) || isStep(-1);
}

const withoutTail = (text: string): string => {
  const head = text.replace(/[^\p{L}]+$/u, '');
  return [...text].length - [...head].length <= MAX_TAIL ? head : text;
};

const COMMON = 'is one of the passwords that are tried first';

async function guessFault(text: string, isCommon: IsCommon): Promise<string | undefined> {
  const unit = unitOf(text);
  if (unit.length <= MAX_UNIT || isSequence(text)) return 'repeats a short text or counts on';
  for (const one of new Set([text, unit, withoutTail(text)])) if (await isCommon(one)) return COMMON;
  return undefined;
}

/** Why the password is refused, as a sentence without its subject; `undefined`: it is accepted. */
export async function passwordFault(
  password: string,
  email: string,
  isCommon: IsCommon,
): Promise<string | undefined> {
  const text = normalPassword(password).toLowerCase();
  if ([...text].length < MIN_LENGTH) return `must have at least ${MIN_LENGTH} characters`;
  const [local = ''] = email.split('@');
  if ([email, local].includes(withoutTail(text)) || text === email) return 'is made from the mail address';
  return guessFault(text, isCommon);
}
