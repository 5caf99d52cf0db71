/** The checks of `waybill doctor` and of the System page for both kinds of installation: keys, database, queue, DNS, certificate, disk. */
import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Config } from '../config/config.ts';
import { openResolver } from '../dns/resolver.ts';
import { openLog } from '../log/log.ts';
import { openListener } from '../postgres/connection/listener.ts';
import { schemaProblem, schemaState } from '../postgres/migrations/migrate.ts';
import { migrationsFolder } from '../postgres/migrations/migrations-folder.ts';
import { howToMendMasterKey, isMasterKeyOf, wrongMasterKey } from '../postgres/upkeep/master-key-check.ts';
import type { QueueState } from '../queue/backend.ts';
import { openQueues } from '../queue/queues.ts';
import { loadMasterKey } from '../secrets/master-key.ts';
import { diskCheck } from './disk-check.ts';
import { type Check, type Finding, ill, well } from './finding.ts';
import { withOwnDatabase } from './own-database.ts';
import { platformCheck } from './platform-check.ts';

const DAY_MS = 86_400_000;
const CERTIFICATE_DAYS = 14;

async function lookAtMasterKey(config: Config): Promise<Finding> {
  const masterKey = loadMasterKey(config);
  return withOwnDatabase(config, async (database) => {
    // The next check reports a database that does not answer or lacks the table.
    const isFitting = await isMasterKeyOf(database, masterKey).catch(() => undefined);
    if (isFitting === undefined) return well('The master key can be read.');
    return isFitting
      ? well('The master key is the one of this database.')
      : ill(wrongMasterKey, howToMendMasterKey);
  });
}

export async function lookAtSchema({ DATABASE_URL }: Pick<Config, 'DATABASE_URL'>): Promise<Finding> {
  const problem = schemaProblem(await schemaState(DATABASE_URL, migrationsFolder));
  return problem === undefined
    ? well('PostgreSQL answers and its schema is current.')
    : ill(problem, 'Run: waybill migrate');
}

/** The result of a queue backend that answered. */
function queueFinding({ REDIS_URL }: Pick<Config, 'REDIS_URL'>, state: QueueState): Finding {
  const { ready, warnings } = state;
  if (!ready || warnings.length > 0)
    return ill(
      `The queue answers, but: ${warnings.join(' ')}`,
      'Redis needs maxmemory-policy noeviction and appendonly yes.',
    );
  const where = REDIS_URL === undefined ? 'It is in PostgreSQL, without Redis.' : 'It is in Redis.';
  return well(`The queue answers and stores its jobs durably. ${where}`);
}

const lookAtQueues = (config: Config): Promise<Finding> =>
  withOwnDatabase(config, async (database) => {
    const log = openLog({ name: 'doctor', level: 'silent' });
    const listener = openListener(database);
    const queues = await openQueues({ redisUrl: config.REDIS_URL, database, listener, log });
    try {
      return queueFinding(config, await queues.check());
    } finally {
      await queues.close();
    }
  });

async function lookAtResolver({ RESOLVER, DELIVERY_MODE }: Config): Promise<Finding> {
  if (DELIVERY_MODE !== 'mx') return well(`DNS is not needed to deliver in ${DELIVERY_MODE} mode.`);
  const resolver = openResolver({ resolver: RESOLVER });
  try {
    const answer = await resolver.mx('gmail.com');
    return answer.kind === 'found'
      ? well('DNS answers.')
      : ill('DNS does not answer for gmail.com.', 'Set RESOLVER, or repair the resolver of this host.');
  } finally {
    resolver.close();
  }
}

async function lookAtCertificate({ TLS_CERT_FILE, TLS_KEY_FILE }: Config): Promise<Finding> {
  if (TLS_CERT_FILE === undefined || TLS_KEY_FILE === undefined)
    return ill(
      'No TLS certificate is set: submission ports cannot be opened.',
      'Set TLS_CERT_FILE and TLS_KEY_FILE.',
    );
  await readFile(TLS_KEY_FILE);
  const { validTo } = new X509Certificate(await readFile(TLS_CERT_FILE));
  const days = Math.floor((Date.parse(validTo) - Date.now()) / DAY_MS);
  return days >= CERTIFICATE_DAYS
    ? well(`The TLS certificate is valid for ${days} more days.`)
    : ill(
        days < 0 ? 'The TLS certificate has expired.' : `The TLS certificate ends in ${days} days.`,
        'Renew it. Waybill loads the new certificate without a restart.',
      );
}

export const checks: readonly Check[] = [
  {
    name: 'master key',
    fix: 'Set WAYBILL_MASTER_KEY or WAYBILL_MASTER_KEY_FILE to the key of this installation.',
    look: lookAtMasterKey,
  },
  {
    name: 'database',
    fix: 'Start PostgreSQL, or correct DATABASE_URL: waybill needs a user with its password and a database that exist.',
    look: lookAtSchema,
  },
  {
    name: 'queue',
    fix: 'Start Redis, or correct REDIS_URL. Without REDIS_URL the queue is in PostgreSQL: start PostgreSQL.',
    look: lookAtQueues,
  },
  { name: 'DNS', fix: 'Set RESOLVER, or repair the resolver of this host.', look: lookAtResolver },
  {
    name: 'certificate',
    fix: 'Set TLS_CERT_FILE and TLS_KEY_FILE to PEM files that this user can read.',
    look: lookAtCertificate,
  },
  diskCheck,
  platformCheck,
];
