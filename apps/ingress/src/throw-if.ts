import type { No } from '@waybill/relay/pipeline/stage';
import { Refusal } from '@waybill/relay/refusal';

/** Throws the refusal that a gate returned. */
export function throwIf(no: No | undefined): void {
  if (no !== undefined) throw new Refusal(no.code, no);
}
