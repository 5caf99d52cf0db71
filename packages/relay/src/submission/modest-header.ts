import { headerExcess, headerLimits } from '@waybill/mail/header/header-limits';
import { Refusal } from '../refusal.ts';

/** Before anybody reads a field: a header made to be dear would hold up everybody's mail. */
export function requireModestHeader(bytes: Buffer): void {
  const excess = headerExcess(bytes);
  if (excess === undefined) return;
  throw new Refusal('header_too_large', { detail: `more than ${headerLimits[excess]} ${excess} of header` });
}
