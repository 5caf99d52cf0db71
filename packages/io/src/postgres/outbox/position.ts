/**
 * The place of an event in the stream: the clock of its transaction, then its number. Written as 32 hexadecimal digits in the form of a
 * UUID, so that it sorts as text and travels wherever an id does.
 */
export type Position = { readonly tx: string; readonly seq: string };

const digits = (number: string): string => BigInt(number).toString(16).padStart(16, '0');

export function positionText({ tx, seq }: Position): string {
  const hex = digits(tx) + digits(seq);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** Whether a cursor names an event by its id, as cursors did before there were positions: no clock comes near the time in a UUIDv7. */
const isEventId = (hex: string): boolean => !hex.startsWith('0000');

/** `undefined`: the text is the id of an event. */
export function parsePosition(text: string): Position | undefined {
  const hex = text.replaceAll('-', '');
  if (isEventId(hex)) return undefined;
  return { tx: String(BigInt(`0x${hex.slice(0, 16)}`)), seq: String(BigInt(`0x${hex.slice(16)}`)) };
}
