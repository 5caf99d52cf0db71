/** What a request changed, noted by its handler for the audit log. */
import { isDeepStrictEqual } from 'node:util';
import type { FastifyRequest } from 'fastify';

export type View = Readonly<Record<string, unknown>>;

/** What stood before and what stands after, as the API shows it: views hold no secrets. */
export type Change = {
  /** Absent: it is new. */
  readonly before?: View;
  /** Absent: it is gone. */
  readonly after?: View;
  /** Fields that differ although the views show them alike, because a part of them is masked. */
  readonly masked?: readonly string[];
};

/** Characters. A domain with its records and a list of a thousand addresses are written whole. */
const maximumDetail = 50_000;

const shortened = (fields: View): View =>
  JSON.stringify(fields).length > maximumDetail ? { fields: Object.keys(fields) } : fields;

/** For the audit log. A change that changed nothing leaves no entry. */
export function noteChange(request: FastifyRequest, change: Change): void {
  request.auditChange = change;
}

export function changedNames({ before = {}, after = {}, masked = [] }: Change): readonly string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].filter((name) => masked.includes(name) || !isDeepStrictEqual(before[name], after[name]));
}

/** Of something that stays, the fields that differ; of what is new or gone, all of them. */
export function beforeAndAfter(change: Change): View {
  const names = changedNames(change);
  const only = (view: View | undefined): View | null =>
    view === undefined
      ? null
      : shortened(Object.fromEntries(names.map((name) => [name, view[name] ?? null])));
  return { before: only(change.before), after: only(change.after) };
}
