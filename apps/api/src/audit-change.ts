/** A handler notes here what its request changed, for the audit log. */
import { isDeepStrictEqual } from 'node:util';
import type { FastifyRequest } from 'fastify';

export type View = Readonly<Record<string, unknown>>;

/** The state before and after, as the API shows it: views hold no secrets. */
export type Change = {
  /** Absent when it is new. */
  readonly before?: View;
  /** Absent when it was removed. */
  readonly after?: View;
  /** Fields that changed although their masked views are equal. */
  readonly masked?: readonly string[];
};

/** Characters. A domain with its records and a list of a thousand addresses fit. */
const maximumDetail = 50_000;

const shortened = (fields: View): View =>
  JSON.stringify(fields).length > maximumDetail ? { fields: Object.keys(fields) } : fields;

/** Notes a change. A request that changed nothing leaves no entry. */
export function noteChange(request: FastifyRequest, change: Change): void {
  request.auditChange = change;
}

export function changedNames({ before = {}, after = {}, masked = [] }: Change): readonly string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].filter((name) => masked.includes(name) || !isDeepStrictEqual(before[name], after[name]));
}

/** The fields that differ, or all fields of a thing that is new or was removed. */
export function beforeAndAfter(change: Change): View {
  const names = changedNames(change);
  const only = (view: View | undefined): View | null =>
    view === undefined
      ? null
      : shortened(Object.fromEntries(names.map((name) => [name, view[name] ?? null])));
  return { before: only(change.before), after: only(change.after) };
}
