/** The checks for both kinds of installation: keys, database, queue, DNS, certificate. */
import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Config } from '@waybill/io/config/config';
import { openResolver } from '@waybill/io/dns/resolver';
import { openLog } from '@waybill/io/log/log';
import { openDatabase } from '@waybill/io/postgres/connection/database';
import { openListener } from '@waybill/io/postgres/connection/listener';
import { schemaProblem, schemaState } from '@waybill/io/postgres/migrations/migrate';
import {
  howToMendMasterKey,
  isMasterKeyOf,
  wrongMasterKey,
} from '@waybill/io/postgres/upkeep/master-key-check';
import { openQueues } from '@waybill/io/queue/queues';
import { loadMasterKey } from '@waybill/io/secrets/master-key';
import { migrationsFolder } from '../migrations-folder.ts';
import { type Check, type Finding, ill, well } from './finding.ts';
import { platformCheck } from './platform-check.ts';

const DAY_MS = 86_400_000;
const CERTIFICATE_DAYS = 14;

async function lookAtMasterKey(config: Config): Promise<Finding> {
  const masterKey = loadMasterKey(config);
  const database = openDatabase({
    url: config.DATABASE_URL,
    applicationName: 'waybill-doctor',
    poolSize: 1,
  });
  try {
    // The next check reports a database that does not answer or lacks the table.
    const isFitting = await isMasterKeyOf(database, masterKey).catch(() => undefined);
    if (isFitting === undefined) return well('The master key can be read.');
    return isFitting
      ? well('The master key is the one of this database.')
      : ill(wrongMasterKey, howToMendMasterKey);
  } finally {
    await database.close();
  }
}

async function lookAtDatabase({ DATABASE_URL }: Config): Promise<Finding> {
  const problem = schemaProblem(await schemaState(DATABASE_URL, migrationsFolder));
  return problem === undefined
    ? well('PostgreSQL answers and its schema is current.')
    : ill(problem, 'Run: waybill migrate');
}

async function lookAtQueues(config: Config): Promise<Finding> {
  const log = openLog({ name: 'doctor', level: 'silent' });
  const database = openDatabase({
    url: config.DATABASE_URL,
    applicationName: 'waybill-doctor',
    poolSize: 1,
  });
  const listener = openListener(database);
  const queues = await openQueues({ redisUrl: config.REDIS_URL, database, listener, log });
  try {
    const { ready, warnings } = await queues.check();
    if (ready && warnings.length === 0) return well('The queue answers and stores its jobs durably.');
    return ill(
      `The queue answers, but: ${warnings.join(' ')}`,
      'Redis needs maxmemory-policy noeviction and appendonly yes.',
    );
  } finally {
    await queues.close();
    await database.close();
  }
}

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
    look: lookAtDatabase,
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
  platformCheck,
];
