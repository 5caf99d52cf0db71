import { headerExcess, headerLimits } from '@waybill/mail/header/header-limits';
import { Refusal } from '../refusal.ts';

/** Refuses an oversized header before it is parsed, because parsing it would delay all other mail. */
export function requireModestHeader(bytes: Buffer): void {
  const excess = headerExcess(bytes);
  if (excess === undefined) return;
  throw new Refusal('header_too_large', { detail: `more than ${headerLimits[excess]} ${excess} of header` });
}
