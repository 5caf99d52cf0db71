/**
 * What a key makes, widens or gives a new secret has no right that the key lacks. A user gives the scopes of the role, and operators may do all.
 * Every way in is weighed here as rights: API keys, SMTP credentials, networks and members.
 */
import { containsIp, parseNetwork } from '../domains/networks.ts';
import { limitNames } from '../limits/sending-limits.ts';
import { Refusal } from '../refusal.ts';
import { type AccountScope, accountScopes, holdsScope } from './permissions.ts';
import type { Principal, Rights } from './principal.ts';

/** Who asks; the rights are those of a key. */
export type Holder = Pick<Principal, 'kind' | 'scopes'> & { readonly rights?: Rights };

/** No limit but the scopes. */
export const withScopes = (scopes: readonly string[]): Rights => ({
  kind: 'live',
  scopes,
  networks: [],
  senderDomains: [],
  limits: {},
  expiresAt: undefined,
});

const sending = 'messages:send' satisfies AccountScope;
/** Of what submits mail and opens nothing else: an SMTP credential, a network. It does not expire. */
export const submitting = withScopes([sending]);

/** `domains:*` means every scope with that prefix, `*` every scope of an account. */
const spelledOut = (scope: string): readonly AccountScope[] =>
  accountScopes.filter((one) => one === scope || (scope.endsWith('*') && one.startsWith(scope.slice(0, -1))));

/** The first of the scopes that the holder does not have itself. */
export const scopeBeyond = (
  holder: Pick<Principal, 'kind' | 'scopes'>,
  scopes: readonly string[],
): string | undefined => scopes.find((scope) => spelledOut(scope).some((one) => !holdsScope(holder, one)));

/** Whether one network lies inside another, both in their one spelling. */
function isInside(inner: string, outer: string): boolean {
  const [first = ''] = inner.split('/');
  const [inside, around] = [parseNetwork(inner), parseNetwork(outer)];
  return (
    inside !== undefined &&
    around !== undefined &&
    inside.prefixLength >= around.prefixLength &&
    containsIp(outer, first)
  );
}

/** An empty list is no limit. */
const isBeyond = (
  wanted: readonly string[],
  held: readonly string[],
  isIn: (one: string, other: string) => boolean,
): boolean =>
  held.length > 0 && (wanted.length === 0 || wanted.some((one) => !held.some((other) => isIn(one, other))));

const lasts = ({ expiresAt }: Rights): number => expiresAt?.getTime() ?? Number.POSITIVE_INFINITY;

/** Limits count for each key apart, so a second key with the same limits would send twice as much. */
function limitBeyond(wanted: Rights, held: Rights): string | undefined {
  if (!holdsScope(wanted, sending)) return undefined;
  const isAnother = wanted.id === undefined || wanted.id !== held.id;
  if (isAnother && limitNames.some((name) => held.limits[name] !== undefined))
    return 'has sending limits, and a second key or credential would send beyond them';
  const names = [...limitNames, 'maxRecipients'] as const;
  const isOver = names.some(
    (name) =>
      (wanted.limits[name] ?? Number.POSITIVE_INFINITY) > (held.limits[name] ?? Number.POSITIVE_INFINITY),
  );
  return isOver ? 'has lower sending limits itself' : undefined;
}

/** What is wanted beyond what is held, as the end of a sentence about the key. */
function beyond(wanted: Rights, held: Rights): string | undefined {
  const scope = scopeBeyond(held, wanted.scopes);
  if (scope !== undefined) return `does not have ${scope} itself`;
  if (held.kind === 'test' && wanted.kind !== 'test')
    return 'is a test key, and what it makes stays in the sandbox';
  if (isBeyond(wanted.networks, held.networks, isInside)) return 'works from its own networks only';
  if (isBeyond(wanted.senderDomains, held.senderDomains, (one, other) => one === other))
    return 'sends as its own domains only';
  if (lasts(wanted) > lasts(held))
    return `expires at ${held.expiresAt?.toISOString()}, and what it makes must not last longer`;
  return limitBeyond(wanted, held);
}

/** Roles differ in their scopes alone. */
function beyondRole(user: Holder, wanted: Rights): string | undefined {
  const scope = scopeBeyond(user, wanted.scopes);
  return scope === undefined ? undefined : `your role does not have ${scope} itself`;
}

function beyondKey({ rights }: Holder, wanted: Rights): string | undefined {
  // A caller whose rights are not known has none.
  const problem = rights === undefined ? 'has no known rights' : beyond(wanted, rights);
  return problem === undefined ? undefined : `this key ${problem}`;
}

/** Refuses to make something, or to give it a new secret. */
export function requireWithin(holder: Holder, wanted: Rights): void {
  if (holder.kind === 'operator') return;
  const detail = holder.kind === 'user' ? beyondRole(holder, wanted) : beyondKey(holder, wanted);
  if (detail !== undefined) throw new Refusal('forbidden', { detail });
}

/** A change that only narrows is never refused: it gives nothing. */
export function requireChangeWithin(
  caller: Holder,
  { before, after }: { readonly before: Rights; readonly after: Rights },
): void {
  if (beyond(after, before) !== undefined) requireWithin(caller, after);
}
