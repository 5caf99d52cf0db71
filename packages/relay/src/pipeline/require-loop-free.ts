/** Refuses a message that loops. RFC 5321 §6.3 requires a limit of at least 100 hops. */
import { fieldsNamed, fieldValue } from '@waybill/mail/headers';
import { countReceived, parseReceived } from '@waybill/mail/received';
import type { Gate } from './stage.ts';

const MAX_HOPS = 100;
/** The most hops through this installation. A message that is forwarded back once or twice is accepted; five times is a loop. */
const MAX_OWN_HOPS = 5;

export const requireLoopFree: Gate = ({ fields }, { hostName }) => {
  const hops = countReceived(fields);
  if (hops > MAX_HOPS) return { code: 'loop_detected', detail: `${hops} Received fields` };
  const isOurs = (value: string): boolean => parseReceived(value)?.byHost === hostName.toLowerCase();
  const own = fieldsNamed(fields, 'Received').filter((field) => isOurs(fieldValue(field))).length;
  return own > MAX_OWN_HOPS
    ? { code: 'loop_detected', detail: `${own} times through ${hostName}` }
    : undefined;
};
