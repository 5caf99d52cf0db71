import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { type Config, loadConfig } from '@waybill/io/config/config';
import { openResolver } from '@waybill/io/dns/resolver';
import { openLog } from '@waybill/io/log/log';
import { openDatabase, pingDatabase } from '@waybill/io/postgres/database';
import { pendingMigrations } from '@waybill/io/postgres/migrate';
import { openQueues } from '@waybill/io/queue/queues';
import { loadMasterKey } from '@waybill/io/secrets/master-key';
import { migrationsFolder } from './prepare-installation.ts';
import type { World } from './world.ts';

/** One finding: a sentence, and what to do when it is not well. */
type Finding = { readonly isWell: boolean; readonly sentence: string; readonly fix?: string };
type Check = { readonly name: string; readonly look: (config: Config) => Promise<Finding> };

const DAY_MS = 86_400_000;
const CERTIFICATE_DAYS = 14;

async function lookAtDatabase({ DATABASE_URL }: Config): Promise<Finding> {
  const database = openDatabase({ url: DATABASE_URL, applicationName: 'waybill-doctor', poolSize: 1 });
  try {
    await pingDatabase(database);
    const pending = await pendingMigrations(DATABASE_URL, migrationsFolder);
    if (pending.length === 0)
      return { isWell: true, sentence: 'PostgreSQL answers and its schema is current.' };
    return {
      isWell: false,
      sentence: `PostgreSQL lacks ${pending.length} migrations: ${pending.join(', ')}.`,
      fix: 'Run: waybill migrate',
    };
  } finally {
    await database.close();
  }
}

async function lookAtQueues(config: Config): Promise<Finding> {
  const log = openLog({ name: 'doctor', level: 'silent' });
  const queues = await openQueues({ redisUrl: config.REDIS_URL, databaseUrl: config.DATABASE_URL, log });
  try {
    const { ready, warnings } = await queues.check();
    if (ready && warnings.length === 0)
      return { isWell: true, sentence: 'The queue answers and keeps what it is told.' };
    return {
      isWell: false,
      sentence: `The queue answers, but: ${warnings.join(' ')}`,
      fix: 'Redis needs maxmemory-policy noeviction and appendonly yes.',
    };
  } finally {
    await queues.close();
  }
}

async function lookAtResolver({ RESOLVER, DELIVERY_MODE }: Config): Promise<Finding> {
  if (DELIVERY_MODE !== 'mx')
    return { isWell: true, sentence: `DNS is not needed to deliver in ${DELIVERY_MODE} mode.` };
  const answer = await openResolver({ resolver: RESOLVER }).mx('gmail.com');
  if (answer.kind === 'found') return { isWell: true, sentence: 'DNS answers.' };
  return {
    isWell: false,
    sentence: 'DNS does not answer for gmail.com.',
    fix: 'Set RESOLVER, or repair the resolver of this host.',
  };
}

async function lookAtCertificate({ TLS_CERT_FILE }: Config): Promise<Finding> {
  if (TLS_CERT_FILE === undefined) {
    return {
      isWell: false,
      sentence: 'No TLS certificate is set: submission ports cannot be opened.',
      fix: 'Set TLS_CERT_FILE and TLS_KEY_FILE.',
    };
  }
  const { validTo } = new X509Certificate(await readFile(TLS_CERT_FILE));
  const days = Math.floor((Date.parse(validTo) - Date.now()) / DAY_MS);
  if (days >= CERTIFICATE_DAYS)
    return { isWell: true, sentence: `The TLS certificate is valid for ${days} more days.` };
  return {
    isWell: false,
    sentence: `The TLS certificate ends in ${days} days.`,
    fix: 'Renew it; it is read again without a restart.',
  };
}

const checks: readonly Check[] = [
  {
    name: 'master key',
    look: async (config) => {
      loadMasterKey(config);
      return { isWell: true, sentence: 'The master key can be read.' };
    },
  },
  { name: 'database', look: lookAtDatabase },
  { name: 'queue', look: lookAtQueues },
  { name: 'DNS', look: lookAtResolver },
  { name: 'certificate', look: lookAtCertificate },
];

const failed = (error: unknown): Finding => ({
  isWell: false,
  sentence: error instanceof Error ? error.message : String(error),
});

/** `waybill doctor`: looks at everything, tells everything; true when all is well. */
export async function doctor({ env, say }: World): Promise<boolean> {
  const config = loadConfig(env);
  let isWell = true;
  for (const { name, look } of checks) {
    const finding = await look(config).catch(failed);
    isWell &&= finding.isWell;
    say(
      `${finding.isWell ? 'well ' : 'ILL  '} ${name}: ${finding.sentence}${finding.fix === undefined ? '' : `\n      ${finding.fix}`}`,
    );
  }
  return isWell;
}
