import type { No } from '@waybill/relay/pipeline/stage';
import { Refusal } from '@waybill/relay/refusal';

/** A gate's no becomes the refusal that ends a verb. */
export function throwIf(no: No | undefined): void {
  if (no !== undefined) throw new Refusal(no.code, no);
}
