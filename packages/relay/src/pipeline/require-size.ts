/** How large a message may be, on what is kept. RFC 1870. */
import type { Gate, No, SizeFacts } from './stage.ts';

/** At MAIL for what SIZE= declares, at the end for what came. */
export const sizeRefusal = (
  bytes: number,
  { maxMessageBytes }: Pick<SizeFacts, 'maxMessageBytes'>,
): No | undefined =>
  bytes > maxMessageBytes
    ? { code: 'message_too_large', detail: `${bytes} bytes, the limit is ${maxMessageBytes}` }
    : undefined;

export const requireSize: Gate = ({ source }, { size }) => sizeRefusal(source.length, size);
