/** The audit log. The use-case that changed something writes the entry; a change that cannot be audited is not reported as done. */
import { isDeepStrictEqual } from 'node:util';
import { makeId } from '../id.ts';
import type { Principal, Rights } from './principal.ts';
import type { Role } from './roles.ts';

export type View = Readonly<Record<string, unknown>>;

/** Who changes something. A command on the host of the installation is an operator without a key. */
export type Caller = Pick<Principal, 'kind' | 'actor' | 'accountId' | 'scopes'> & {
  /** Of a user in the account. */
  readonly role?: Role | undefined;
  /** Of a key. */
  readonly rights?: Rights;
  /** Circumstances that the entry shows, such as the request. */
  readonly about?: View;
};

/** The state before and after, as the API shows it: views hold no secrets. */
export type Change = {
  /** In the past tense: `domain.created`. */
  readonly action: string;
  /** The public id. */
  readonly target: string;
  /** Absent when it is new. */
  readonly before?: View;
  /** Absent when it was removed. */
  readonly after?: View;
  /** Fields that changed although their masked views are equal. */
  readonly masked?: readonly string[];
};

export type AuditEntry = {
  readonly id: string;
  readonly accountId?: string;
  readonly actor: string;
  readonly action: string;
  readonly target: string;
  readonly detail?: View;
  readonly occurredAt: Date;
};

/** The clock and the randomness of new ids. */
export type Clock = { readonly now: () => Date; readonly random: (size: number) => Buffer };

export type AuditPorts = Clock & {
  readonly stores: { readonly auditLog: { append(entry: AuditEntry): Promise<void> } };
};

export const newId = ({ now, random }: Clock): string => makeId(now(), random(10));

/** Characters. A domain with its records and a list of a thousand addresses fit. */
const maximumDetail = 50_000;

const shortened = (fields: View): View =>
  JSON.stringify(fields).length > maximumDetail ? { fields: Object.keys(fields) } : fields;

type States = Pick<Change, 'before' | 'after' | 'masked'>;

function changedNames({ before = {}, after = {}, masked = [] }: States): readonly string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].filter((name) => masked.includes(name) || !isDeepStrictEqual(before[name], after[name]));
}

/** The fields that differ, or all fields of a thing that is new or was removed. */
function beforeAndAfter({ before, after }: States, names: readonly string[]): View {
  const only = (view: View | undefined): View | null =>
    view === undefined
      ? null
      : shortened(Object.fromEntries(names.map((name) => [name, view[name] ?? null])));
  return { before: only(before), after: only(after) };
}

/** Appends one entry; none when nothing changed. */
export async function audit(
  { actor, accountId, about }: Pick<Caller, 'actor' | 'accountId' | 'about'>,
  { action, target, ...states }: Change,
  ports: AuditPorts,
): Promise<void> {
  const names = changedNames(states);
  if (names.length === 0) return;
  await ports.stores.auditLog.append({
    id: newId(ports),
    ...(accountId === undefined ? {} : { accountId }),
    actor,
    action,
    target,
    detail: { ...about, ...beforeAndAfter(states, names) },
    occurredAt: ports.now(),
  });
}
