/** How commands on the host call the use-cases of management: as the operator, without a key. */
import { randomBytes } from 'node:crypto';
import type { Database } from '@waybill/io/postgres/connection/database';
import { apiKeys } from '@waybill/io/postgres/management/api-keys';
import { auditLog } from '@waybill/io/postgres/management/audit-log';
import { userLinks } from '@waybill/io/postgres/people/user-links';
import { users } from '@waybill/io/postgres/people/users';
import { makeApiKey } from '@waybill/io/secrets/generated-secret';
import { makeLinkToken } from '@waybill/io/secrets/link-token';
import type { Caller } from '@waybill/relay/management/audit';
import { adminScope } from '@waybill/relay/management/permissions';

/** The audit log shows the command where it shows the key of a request. */
export const callerOf = (command: string): Caller => ({
  kind: 'operator',
  actor: command,
  accountId: undefined,
  scopes: [adminScope],
});

export const portsOf = (database: Database) => ({
  stores: {
    apiKeys: apiKeys(database),
    auditLog: auditLog(database),
    userLinks: userLinks(database),
    users: users(database),
  },
  makeApiKey,
  makeLinkToken,
  now: () => new Date(),
  random: randomBytes,
});
