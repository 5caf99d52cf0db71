/** Prepares one copy once more, as 7-bit, for a next hop without 8BITMIME. RFC 6152 §3. */
import { encodePatch } from '@waybill/mail/patch';
import { patchOf } from '../content/patch-of.ts';
import type { PreparedAgain } from '../content/prepared.ts';
import type { Copy, Message } from '../message.ts';
import { perMessage, perRecipient, throughStages } from './pipeline.ts';
import type { Facts } from './stage.ts';

/** Throws when it cannot sign, like `prepare`. The stages are the same, so ids, links and return path stay what they were. */
export function prepareAgain(message: Message, copy: Copy, facts: Facts): PreparedAgain {
  const sevenBit = { ...facts, sevenBit: true } as const;
  const common = throughStages(perMessage, message, sevenBit);
  const { eightBit, ...ready } = throughStages(perRecipient, { ...common, copy }, sevenBit);
  return eightBit === undefined ? { patch: encodePatch(patchOf(ready)) } : { eightBit };
}
