import type { Bench } from './bench.ts';
import type { Tenant } from './tenant.ts';

export const suspend = (bench: Bench, { account }: Tenant) =>
  bench.query("UPDATE account SET status = 'suspended' WHERE id = $1", [account]);

export type Switch = readonly [
  what: string,
  status: string,
  reason: RegExp,
  heldFor: string | null,
  work: (tenant: Tenant) => Promise<unknown>,
];

/** Each switch, and what it makes of mail that was already accepted. */
export const switchesOn = (bench: () => Bench): readonly Switch[] => [
  [
    'a suspended account',
    'held',
    /^account suspended/,
    'account_suspended',
    (tenant) => suspend(bench(), tenant),
  ],
  [
    'a revoked credential',
    'held',
    /^credential revoked/,
    'credential_revoked',
    ({ key }) => bench().query('UPDATE smtp_credential SET revoked_at = now() WHERE id = $1', [key]),
  ],
  [
    'a removed domain',
    'held',
    /^sender removed: app@/,
    'sender_removed',
    ({ account }) => bench().query('DELETE FROM sender_domain WHERE account_id = $1', [account]),
  ],
  [
    'a suppressed address',
    'suppressed',
    /is suppressed in the whole account/,
    null,
    ({ account }) =>
      bench().ports.suppressions.add(
        account,
        { address: 'ada@rcpt.example', reason: 'manual', streamId: undefined },
        {},
      ),
  ],
  [
    'a deleted account',
    'cancelled',
    /^account deleted$/,
    null,
    ({ account }) => bench().query('UPDATE account SET deleted_at = now() WHERE id = $1', [account]),
  ],
];
