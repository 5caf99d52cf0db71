/** The use-cases of management for commands on the host: as the operator, without a key. */
import { randomBytes } from 'node:crypto';
import { type Config, loadConfig } from '@waybill/io/config/config';
import { domainInstallation } from '@waybill/io/config/domain-installation';
import { openDomainDns } from '@waybill/io/dns/domain-dns';
import { type Database, openDatabase } from '@waybill/io/postgres/connection/database';
import { Taken } from '@waybill/io/postgres/connection/taken';
import { accounts } from '@waybill/io/postgres/management/accounts';
import { auditLog } from '@waybill/io/postgres/management/audit-log';
import { fromAddresses } from '@waybill/io/postgres/management/from-addresses';
import { senderDomains } from '@waybill/io/postgres/management/sender-domains';
import { smtpCredentials } from '@waybill/io/postgres/management/smtp-credentials';
import { streams } from '@waybill/io/postgres/management/streams';
import { suppressions } from '@waybill/io/postgres/management/suppressions';
import { webhookDeliveries } from '@waybill/io/postgres/management/webhook-deliveries';
import { webhooks } from '@waybill/io/postgres/management/webhooks';
import { loginSessions } from '@waybill/io/postgres/people/login-sessions';
import { users } from '@waybill/io/postgres/people/users';
import { messages } from '@waybill/io/postgres/reading/messages';
import { makeSmtpSecret } from '@waybill/io/secrets/generated-secret';
import { loadMasterKey } from '@waybill/io/secrets/master-key';
import { makeDkimKeys, readDkimKey } from '@waybill/io/secrets/new-dkim-keys';
import { openSecretBox } from '@waybill/io/secrets/secret-box';
import { targetRules } from '@waybill/io/webhooks/target-rules';
import { parsePublicId, publicId } from '@waybill/relay/id';
import type { Caller } from '@waybill/relay/management/audit';
import { adminScope } from '@waybill/relay/management/permissions';
import type { AccountRecord } from '@waybill/relay/management/records';
import { Refusal, refusalRow } from '@waybill/relay/refusal';
import type { Dependencies } from '../commands/dependencies.ts';
import { findDevInstallation } from '../doctor/dev-installation.ts';
import { json } from './output.ts';

/** The options of every command of management. */
export type Given = { readonly json: boolean; readonly data: string; readonly account?: string };

const storesOf = (database: Database, config: Config) => {
  const box = openSecretBox(loadMasterKey(config));
  return {
    accounts: accounts(database, box),
    auditLog: auditLog(database),
    fromAddresses: fromAddresses(database),
    senderDomains: senderDomains(database, box),
    smtpCredentials: smtpCredentials(database, box),
    streams: streams(database),
    suppressions: suppressions(database),
    webhooks: webhooks(database, box),
    webhookDeliveries: webhookDeliveries(database),
    users: users(database),
    loginSessions: loginSessions(database),
    messages: messages(database),
  };
};

const portsOf = (database: Database, config: Config) => ({
  stores: storesOf(database, config),
  lookUp: openDomainDns({ resolver: config.RESOLVER, publicResolvers: config.DNS_CHECK_RESOLVERS }),
  installation: domainInstallation(config),
  makeDkimKeys,
  readDkimKey,
  makeSmtpSecret,
  webhookTargets: targetRules(config),
  deletionGraceDays: config.ACCOUNT_DELETION_GRACE_DAYS,
  // Jobs of this process would wait in memory: a worker finds the rows within seconds.
  jobs: { enqueue: async () => undefined },
  log: { warn: () => undefined },
  now: () => new Date(),
  random: randomBytes,
});

export type Session = {
  readonly config: Config;
  readonly database: Database;
  readonly ports: ReturnType<typeof portsOf>;
  /** The audit log shows the command where it shows the key of a request. */
  caller(accountId?: string): Caller;
  /** The account of `--account`: an id, or a name that only one account has. */
  account(): Promise<AccountRecord>;
  /** Prints the value as JSON with `--json`, else the text. */
  print(value: unknown, text: string): void;
};

async function configOf({ env }: Dependencies, folder: string): Promise<Config> {
  if (env.DATABASE_URL) return loadConfig(env);
  // Without settings and without an installation of `waybill dev` the error names the settings.
  return (await findDevInstallation(folder, env))?.config ?? loadConfig(env);
}

const MOST_NAMED = 2;

export async function accountNamed(text: string, { stores }: Session['ports']): Promise<AccountRecord> {
  const id = parsePublicId('acc', text);
  const byId = id === undefined ? undefined : await stores.accounts.one(id);
  if (byId !== undefined) return byId;
  const rows = await stores.accounts.list({ limit: 100, q: text });
  const named = rows.filter(({ name }) => name === text).slice(0, MOST_NAMED);
  const [only] = named;
  if (only === undefined)
    throw new Error(`There is no account ${text}.\nFix: waybill account list shows the accounts.`);
  if (named.length > 1)
    throw new Error(
      `Several accounts have the name ${text}.\nFix: give the id, for example ${publicId('acc', only.id)}.`,
    );
  return only;
}

/** A refusal as a person reads it: what, why, and what to do. */
function withFix(error: unknown): unknown {
  if (error instanceof Taken)
    return new Error('It exists already, or belongs to another account.', { cause: error });
  if (!(error instanceof Refusal)) return error;
  const { text, fix } = refusalRow(error.code);
  const detail = error.detail === undefined ? '' : `: ${error.detail}`;
  return new Error(`${text}${detail} (${error.code}).\nFix: ${fix}`, { cause: error });
}

/** Opens the database, runs the command and closes it. A refusal names its fix; `main.ts` prints it and exits with 1. */
export async function inSession(
  dependencies: Dependencies,
  { command, given }: { readonly command: string; readonly given: Given },
  work: (session: Session) => Promise<void>,
): Promise<void> {
  const config = await configOf(dependencies, given.data);
  const database = openDatabase({ url: config.DATABASE_URL, applicationName: 'waybill', poolSize: 2 });
  const ports = portsOf(database, config);
  const caller = (accountId?: string): Caller => ({
    kind: 'operator',
    actor: `waybill ${command}`,
    accountId,
    scopes: [adminScope],
  });
  try {
    await work({
      config,
      database,
      ports,
      caller,
      account: () => accountNamed(given.account ?? '', ports),
      print: (value, text) => dependencies.say(given.json ? json(value) : text),
    });
  } catch (error) {
    throw withFix(error);
  } finally {
    await database.close();
  }
}
