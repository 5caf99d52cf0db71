import { RequestFault } from '@waybill/relay/management/request-fault';
import { readSendAt } from '@waybill/relay/submission/send-at';

/** The time to send in a body; `undefined`: send now. A refusal points at the field. */
export function readScheduledAt(wish: string | undefined, now: Date): Date | undefined {
  const read = readSendAt(wish, now);
  if ('at' in read) return read.at;
  throw new RequestFault('send_time_refused', [
    { pointer: '/scheduled_at', code: 'invalid', detail: read.fault },
  ]);
}
