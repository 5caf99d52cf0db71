import { type IdPrefix, parsePublicId } from '@waybill/relay/id';
import { Refusal } from '@waybill/relay/refusal';

/** The UUID of a public id. The schema has checked the form; an id that still cannot be parsed matches no row. */
export function innerId(prefix: IdPrefix, text: string): string {
  const id = parsePublicId(prefix, text);
  if (id === undefined) throw new Refusal('not_found');
  return id;
}

export const innerIdOrNone = (prefix: IdPrefix, text: string | null | undefined): string | undefined =>
  text === null || text === undefined ? undefined : innerId(prefix, text);
