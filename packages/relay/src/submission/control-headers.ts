/**
 * Reads the options of a client in `X-Waybill-*` fields, once at acceptance, and removes the fields. An unknown field or an
 * invalid value is a note in the trace and not an error, so that the message is still sent. Send-At is the exception.
 */
import { decodeWords, textOfBytes } from '@waybill/mail/header/encoded-word';
import { fieldValue, type HeaderField } from '@waybill/mail/headers';
import type { Note, SubmissionOptions } from '../message.ts';
import { clickModes } from '../tracking/click-mode.ts';
import { WAYBILL_HEADER } from '../waybill-header.ts';

const PREFIX = 'x-waybill-';
const METADATA = 'metadata-';
const SEND_AT = 'send-at';

const MAX_TAGS = 20;
const MAX_METADATA = 20;
/** In characters. A longer value is ignored and not cut, because a part of an idempotency key is another key. */
const MAX_NAME = 64;
const MAX_VALUE = 256;
const MAX_METADATA_VALUE = 500;
const MAX_NOTES = 50;

/** The options, and notes on ignored fields. */
export type ControlHeaders = { readonly options: SubmissionOptions; readonly notes: readonly Note[] };

type Read = (text: string) => Partial<SubmissionOptions> | undefined;

const isWithin = (text: string, most: number): boolean => text !== '' && [...text].length <= most;

const text =
  (name: 'customId' | 'idempotencyKey'): Read =>
  (value) =>
    isWithin(value, MAX_VALUE) ? { [name]: value } : undefined;

const word =
  (name: 'stream' | 'ipPool'): Read =>
  (value) =>
    isWithin(value, MAX_NAME) && /^[\p{L}\p{N}][\p{L}\p{N} ._-]*$/u.test(value)
      ? { [name]: value }
      : undefined;

const flag =
  (name: 'trackOpens' | 'requireTls' | 'bypassSuppression' | 'sandbox'): Read =>
  (value) => {
    if (/^(?:yes|true|on|1)$/i.test(value)) return { [name]: true };
    return /^(?:no|false|off|0)$/i.test(value) ? { [name]: false } : undefined;
  };

const trackClicks: Read = (value) => {
  const mode = clickModes.find((one) => one === value.toLowerCase());
  return mode && { trackClicks: mode };
};

/** The text unchanged. `send-at.ts` parses it and refuses an invalid one, because mail that is sent too early cannot be recalled. */
const sendAt: Read = (value) => ({ sendAt: value });

const single: ReadonlyMap<string, Read> = new Map([
  ['stream', word('stream')],
  ['custom-id', text('customId')],
  ['track-opens', flag('trackOpens')],
  ['track-clicks', trackClicks],
  ['idempotency-key', text('idempotencyKey')],
  [SEND_AT, sendAt],
  ['ip-pool', word('ipPool')],
  ['require-tls', flag('requireTls')],
  ['bypass-suppression', flag('bypassSuppression')],
  ['sandbox', flag('sandbox')],
]);

type Draft = {
  options: Partial<SubmissionOptions>;
  readonly tags: string[];
  readonly metadata: Map<string, string>;
  readonly seen: Set<string>;
};

const what = {
  forged: 'forged_account_header',
  unknown: 'unknown_control_header',
  unusable: 'unusable_control_header',
  repeated: 'repeated_control_header',
  tooMany: 'too_many_control_headers',
} as const;
type Fault = keyof typeof what;

const why: Readonly<Record<Fault, string>> = {
  forged: 'Only we write this field; what the client wrote was removed and not believed.',
  unknown: 'There is no control header of this name; it was removed and changed nothing.',
  unusable: 'The value is empty, too long or of another form than documented; it changed nothing.',
  repeated: 'This control header may occur once; the first one counts.',
  tooMany: 'There are more of these than one message may have; the rest was left out.',
};

function readTag(draft: Draft, value: string): Fault | undefined {
  if (!isWithin(value, MAX_VALUE)) return 'unusable';
  if (draft.tags.includes(value)) return undefined;
  if (draft.tags.length >= MAX_TAGS) return 'tooMany';
  draft.tags.push(value);
  return undefined;
}

function readMetadata(draft: Draft, key: string, value: string): Fault | undefined {
  if (!/^[a-z0-9][a-z0-9_-]*$/.test(key) || key.length > MAX_NAME) return 'unusable';
  if (!isWithin(value, MAX_METADATA_VALUE)) return 'unusable';
  if (draft.metadata.has(key)) return 'repeated';
  if (draft.metadata.size >= MAX_METADATA) return 'tooMany';
  draft.metadata.set(key, value);
  return undefined;
}

function readSingle(draft: Draft, name: string, value: string): Fault | undefined {
  const read = single.get(name);
  if (!read) return 'unknown';
  if (draft.seen.has(name)) return 'repeated';
  const options = read(value);
  if (!options) return 'unusable';
  draft.seen.add(name);
  draft.options = { ...draft.options, ...options };
  return undefined;
}

/** The decoded value; `undefined`: it holds control characters. In an encoded word they become spaces. */
const readableValue = (field: HeaderField): string | undefined => {
  const text = textOfBytes(fieldValue(field)).replaceAll('\t', ' ');
  return /[\p{Cc}\u2028\u2029\ufffd]/u.test(text) ? undefined : decodeWords(text).trim();
};

function readField(draft: Draft, field: HeaderField): Fault | undefined {
  if (field.key === WAYBILL_HEADER.toLowerCase()) return 'forged';
  const name = field.key.slice(PREFIX.length);
  const value = readableValue(field);
  const isKnown = name === 'tag' || name.startsWith(METADATA) || single.has(name);
  if (name === SEND_AT) return readSingle(draft, name, value ?? '');
  if (value === undefined) return isKnown ? 'unusable' : 'unknown';
  if (name === 'tag') return readTag(draft, value);
  if (name.startsWith(METADATA)) return readMetadata(draft, name.slice(METADATA.length), value);
  return readSingle(draft, name, value);
}

const isControlHeader = (field: HeaderField): boolean => field.key.startsWith(PREFIX);

/** The options of a client, and notes on the ignored ones. `fields` are the original fields of the client. */
export function readControlHeaders(fields: readonly HeaderField[]): ControlHeaders {
  const draft: Draft = { options: {}, tags: [], metadata: new Map(), seen: new Set() };
  const notes: Note[] = [];
  for (const field of fields.filter(isControlHeader)) {
    const fault = readField(draft, field);
    if (fault && notes.length < MAX_NOTES) {
      const detail = { name: field.name.slice(0, MAX_NAME) };
      notes.push({ step: 'control-headers', what: what[fault], reason: why[fault], detail });
    }
  }
  const options: SubmissionOptions = {
    ...draft.options,
    ...(draft.tags.length > 0 ? { tags: draft.tags } : {}),
    ...(draft.metadata.size > 0 ? { metadata: Object.fromEntries(draft.metadata) } : {}),
  };
  return { options, notes };
}

/** The bytes without `X-Waybill-*` fields; the same buffer when there is none. */
export function stripWaybillHeaders(bytes: Buffer, fields: readonly HeaderField[]): Buffer {
  const pieces: Buffer[] = [];
  let at = 0;
  for (const field of fields.filter(isControlHeader)) {
    const start = field.start ?? 0;
    pieces.push(bytes.subarray(at, start));
    at = start + field.raw.length;
  }
  return at === 0 && pieces.length === 0 ? bytes : Buffer.concat([...pieces, bytes.subarray(at)]);
}
