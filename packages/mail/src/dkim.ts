/**
 * DKIM signatures (RFC 6376, RFC 8301, RFC 8463): relaxed/relaxed, RSA-SHA256 and Ed25519-SHA256 side by side.
 * The body is read once for all signatures of a message.
 */
import { hash, type KeyObject, sign } from 'node:crypto';
import { type HeaderField, makeField } from './headers.ts';
import { bodyHash, relaxedField } from './signing/dkim-relaxed.ts';

/** The key type of a signature. RFC 6376 §3.3, RFC 8463. */
export type DkimAlgorithm = 'rsa' | 'ed25519';

/** A key to sign with. RFC 6376 §3.6. */
export type DkimKey = {
  /** The A-label domain of `d=`. */
  readonly domain: string;
  readonly selector: string;
  readonly algorithm: DkimAlgorithm;
  /** Kept by the caller: to parse a PEM for every message costs more than to sign. */
  readonly privateKey: KeyObject;
};

/** The message to sign, and the keys. */
export type SignRequest = {
  /** The header as it will leave, topmost field first. */
  readonly fields: readonly HeaderField[];
  /** The body as it will leave. */
  readonly bodyPieces: readonly Buffer[];
  readonly keys: readonly DkimKey[];
  readonly at: Date;
  /** Writes the fields with an empty `b=`, so that they show what would be signed and prove nothing. */
  readonly isWithheld?: boolean;
};

/** Fields that are listed once more than they occur, so that an added one breaks the signature. RFC 6376 §5.4, §8.15. */
const oversigned = [
  'from',
  'to',
  'cc',
  'subject',
  'date',
  'message-id',
  'reply-to',
  'mime-version',
  'content-type',
  'content-transfer-encoding',
  'list-unsubscribe',
  'list-unsubscribe-post',
] as const;

/** Signed where they stand. A relay on the way may have good reason to add one. */
const signedWhenPresent = ['in-reply-to', 'references', 'sender', 'feedback-id'] as const;

/** RFC 8301 §3.2: a verifier may not accept less. */
const MIN_RSA_BITS = 1024;
/** RFC 5322 §2.1.1. */
const MAX_LINE = 78;
const FIELD_NAME = 'DKIM-Signature';
const FIELD_KEY = FIELD_NAME.toLowerCase();
/** The only white space that we write beside single spaces. */
const FOLD = '\r\n ';

/** Whether a name is listed once more than it occurs. */
const signed = [
  ...oversigned.map((name) => ({ name, isOversigned: true })),
  ...signedWhenPresent.map((name) => ({ name, isOversigned: false })),
];

type SignedHeader = { readonly names: readonly string[]; readonly bytes: string };

/** §5.4.2: of fields that occur more than once the bottommost is named first. A name without a field adds nothing. */
function signedHeader(fields: readonly HeaderField[]): SignedHeader {
  const byKey = Map.groupBy(fields, (field) => field.key);
  const names: string[] = [];
  let bytes = '';
  for (const { name, isOversigned } of signed) {
    for (const field of byKey.get(name)?.toReversed() ?? []) {
      names.push(name);
      bytes += `${relaxedField(field)}\r\n`;
    }
    if (isOversigned) names.push(name);
  }
  return { names, bytes };
}

type Word = { readonly text: string; readonly glue: '' | ' ' };

/** Folds between tags and between the names of `h=`, where §3.5 allows white space. */
function folded(words: readonly Word[]): string {
  let value = '';
  let column = `${FIELD_NAME}: `.length;
  for (const { text, glue } of words) {
    const fits = value === '' || column + glue.length + text.length <= MAX_LINE;
    const gap = value === '' ? '' : glue;
    value += fits ? gap + text : FOLD + text;
    column = fits ? column + gap.length + text.length : 1 + text.length;
  }
  return value;
}

/** The value of the signature field up to the empty `b=`. §3.5. */
function unsignedValue(
  key: DkimKey,
  at: Date,
  { bh, names }: { bh: string; names: readonly string[] },
): string {
  const last = names.length - 1;
  const tags = [
    'v=1;',
    `a=${key.algorithm}-sha256;`,
    'c=relaxed/relaxed;',
    `d=${key.domain};`,
    `s=${key.selector};`,
    `t=${Math.floor(at.getTime() / 1000)};`,
    `bh=${bh};`,
  ];
  const list = names.map((name, index): Word => {
    const text = `${index === 0 ? 'h=' : ''}${name}${index === last ? ';' : ':'}`;
    return { text, glue: index === 0 ? ' ' : '' };
  });
  return `${folded([...tags.map((text): Word => ({ text, glue: ' ' })), ...list])}${FOLD}b=`;
}

/** Why this key cannot sign, or `undefined`. */
function faultOf({ domain, selector, algorithm, privateKey }: DkimKey): string | undefined {
  const name = /^[a-z0-9](?:[a-z0-9_-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9_-]*[a-z0-9])?)*$/i;
  if (!name.test(domain) || !name.test(selector)) return 'domain or selector is no DNS name in A-label form';
  if (privateKey.type !== 'private') return 'not a private key';
  if (privateKey.asymmetricKeyType !== algorithm) return `not a key for ${algorithm}-sha256`;
  const bits = privateKey.asymmetricKeyDetails?.modulusLength;
  return bits !== undefined && bits < MIN_RSA_BITS ? `RSA key of ${bits} bits` : undefined;
}

/** RFC 8463 §3: Ed25519 signs the SHA-256 of the header, because its own hash would need the whole input twice. */
const signature = (bytes: Buffer, { algorithm, privateKey }: DkimKey): Buffer =>
  algorithm === 'ed25519'
    ? sign(undefined, hash('sha256', bytes, 'buffer'), privateKey)
    : sign('sha256', bytes, privateKey);

const LINE_LETTERS = 72;

function inLines(base64: string): string {
  let lines = base64.slice(0, LINE_LETTERS);
  for (let at = LINE_LETTERS; at < base64.length; at += LINE_LETTERS)
    lines += FOLD + base64.slice(at, at + LINE_LETTERS);
  return lines;
}

/**
 * The `DKIM-Signature` fields to put on top, one per key, in the order of the keys.
 * Throws when any key cannot sign, so that a message is never sent without its signature. An RSA key takes a quarter of a
 * millisecond of its thread, so it should not run in a thread that serves clients.
 */
export function signDkim({
  fields,
  bodyPieces,
  keys,
  at,
  isWithheld = false,
}: SignRequest): readonly HeaderField[] {
  if (keys.length === 0) throw new Error('Cannot sign: no DKIM key');
  const bh = bodyHash(bodyPieces);
  const { names, bytes } = signedHeader(fields);
  return keys.map((key) => {
    const fault = faultOf(key);
    if (fault !== undefined) throw new Error(`Cannot sign for ${key.selector} of ${key.domain}: ${fault}`);
    const value = unsignedValue(key, at, { bh, names });
    if (isWithheld) return makeField(FIELD_NAME, value);
    // §3.7: the field itself comes last in its relaxed form, its b= empty and without a line end.
    const own = `${FIELD_KEY}:${value.replaceAll(FOLD, ' ')}`;
    const input = Buffer.from(bytes + own, 'latin1');
    return makeField(FIELD_NAME, value + inLines(signature(input, key).toString('base64')));
  });
}
