/** The limits that an account sets for its streams and credentials. They only lower what the account may do. */
import type { OwnLimits } from '../limits/sending-limits.ts';
import { found } from './found.ts';
import { orNull } from './or-null.ts';
import type { AccountRecord } from './records.ts';
import { type Fault, RequestFault } from './request-fault.ts';
import type { Stores } from './stores.ts';

export const limitsView = (limits: OwnLimits = {}) => ({
  per_second: orNull(limits.perSecond),
  per_hour: orNull(limits.perHour),
  per_day: orNull(limits.perDay),
  per_month: orNull(limits.perMonth),
  new_per_hour: orNull(limits.newPerHour),
  max_recipients: orNull(limits.maxRecipients),
});

type View = ReturnType<typeof limitsView>;
/** An absent limit stays, `null` removes it. */
export type LimitsPatch = { readonly [Name in keyof View]?: View[Name] | undefined };

const fieldNames: Readonly<Record<keyof View, keyof OwnLimits>> = {
  per_second: 'perSecond',
  per_hour: 'perHour',
  per_day: 'perDay',
  per_month: 'perMonth',
  new_per_hour: 'newPerHour',
  max_recipients: 'maxRecipients',
};

const entriesOf = (patch: LimitsPatch) =>
  (Object.keys(fieldNames) as (keyof View)[]).flatMap((name) => {
    const value = patch[name];
    return value === undefined ? [] : [{ name, field: fieldNames[name], value }];
  });

function requireLower(patch: LimitsPatch, { limits, maxRecipients }: AccountRecord): void {
  const most: OwnLimits = { ...limits, ...(maxRecipients === undefined ? {} : { maxRecipients }) };
  const faults = entriesOf(patch).flatMap(({ name, field, value }): Fault[] => {
    const limit = most[field];
    if (value === null || limit === undefined || value <= limit) return [];
    const detail = `is above the limit of the account, ${limit}`;
    return [{ pointer: `/limits/${name}`, code: 'too_big', detail }];
  });
  if (faults.length > 0) throw new RequestFault('request_malformed', faults);
}

function patched(before: OwnLimits, patch: LimitsPatch): OwnLimits {
  const values = entriesOf(patch).map(({ field, value }) => [field, value] as const);
  const all = Object.entries({ ...before, ...Object.fromEntries(values) });
  return Object.fromEntries(all.filter(([, value]) => value !== null));
}

/** The limits after the change, as a setting for the store; no setting where none is asked for. */
export async function limitsAfter(
  {
    before = {},
    patch,
  }: { readonly before?: OwnLimits | undefined; readonly patch: LimitsPatch | undefined },
  accountId: string,
  { stores }: { readonly stores: Pick<Stores, 'accounts'> },
): Promise<{ readonly limits?: OwnLimits }> {
  if (patch === undefined) return {};
  requireLower(patch, found(await stores.accounts.one(accountId)));
  return { limits: patched(before, patch) };
}
