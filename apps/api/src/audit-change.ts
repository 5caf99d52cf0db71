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

/** For the audit log. A change that changed nothing leaves no entry. */
export function noteChange(request: FastifyRequest, change: Change): void {
  request.auditChange = change;
}

export function changedNames({ before = {}, after = {}, masked = [] }: Change): readonly string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].filter((name) => masked.includes(name) || !isDeepStrictEqual(before[name], after[name]));
}
