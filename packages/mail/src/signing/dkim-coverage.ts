/** Whether an edit of ours touches what a signature that is not ours covers. RFC 6376 §3.5, §3.7, §5.4.2. */

import { fieldValue, type HeaderField } from '../headers.ts';
import { parseTags } from './dkim-record.ts';
import { relaxedField } from './dkim-relaxed.ts';

/** A header and a later state of it. */
export type HeaderChange = {
  readonly before: readonly HeaderField[];
  readonly after: readonly HeaderField[];
};

type Canonical = (field: HeaderField) => string;

const simple: Canonical = ({ raw }) => raw.toString('latin1');

/** The fields that `h=` names, as they are hashed. Of a name that stands several times the bottommost comes first. */
function covered(fields: readonly HeaderField[], names: readonly string[], canonical: Canonical): string {
  const left = Map.groupBy(fields, ({ key }) => key);
  const taken = new Map<string, number>();
  return names
    .map((name) => {
      const count = (taken.get(name) ?? 0) + 1;
      taken.set(name, count);
      const field = left.get(name)?.at(-count);
      return field ? canonical(field) : '';
    })
    .join('\r\n');
}

/**
 * Whether the signature covers the same header after the change as before it. One that cannot be read covers nothing that
 * we could break.
 */
export function coversSameHeader(signature: HeaderField, { before, after }: HeaderChange): boolean {
  const tags = parseTags(fieldValue(signature));
  const list = tags?.get('h');
  if (tags === undefined || list === undefined) return true;
  const canonical = tags.get('c')?.startsWith('relaxed') ? relaxedField : simple;
  const names = list.split(':').map((name) => name.trim().toLowerCase());
  const own = canonical(signature);
  // The signature itself may have been folded.
  if (!before.some((field) => field.key === signature.key && canonical(field) === own)) return false;
  return covered(before, names, canonical) === covered(after, names, canonical);
}
