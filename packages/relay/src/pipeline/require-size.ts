/** Refuses a message that is too large. The stored bytes count. RFC 1870. */
import type { Gate, No, SizeFacts } from './stage.ts';

/** The refusal for a size: at MAIL the declared `SIZE=`, after DATA the received bytes. */
export const sizeRefusal = (
  bytes: number,
  { maxMessageBytes }: Pick<SizeFacts, 'maxMessageBytes'>,
): No | undefined =>
  bytes > maxMessageBytes
    ? { code: 'message_too_large', detail: `${bytes} bytes, the limit is ${maxMessageBytes}` }
    : undefined;

export const requireSize: Gate = ({ source }, { size }) => sizeRefusal(source.length, size);
