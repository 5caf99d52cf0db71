/** Checks whether receivers can verify the signature on mail of the platform itself. */
import type { Config } from '@waybill/io/config/config';
import { openResolver } from '@waybill/io/dns/resolver';
import { openDatabase } from '@waybill/io/postgres/connection/database';
import { loadMasterKey } from '@waybill/io/secrets/master-key';
import { openSecretBox } from '@waybill/io/secrets/secret-box';
import { compareFound } from '@waybill/relay/domains/compare-record';
import type { ExpectedRecord } from '@waybill/relay/domains/domain-records';
import { findPlatformDomain, platformRecords } from '../commands/platform-domain.ts';
import { type Check, type Finding, ill, well } from './finding.ts';

async function loadRecords(config: Config): Promise<readonly ExpectedRecord[] | undefined> {
  const box = openSecretBox(loadMasterKey(config));
  const database = openDatabase({
    url: config.DATABASE_URL,
    applicationName: 'waybill-doctor',
    poolSize: 1,
  });
  try {
    const found = await findPlatformDomain(database, box, config.WAYBILL_PLATFORM_DOMAIN);
    return found && platformRecords(found);
  } finally {
    await database.close();
  }
}

async function lookAtRecords(
  { RESOLVER }: Config,
  records: readonly ExpectedRecord[],
): Promise<Finding | undefined> {
  const resolver = openResolver({ resolver: RESOLVER });
  try {
    for (const record of records.filter(({ required }) => required)) {
      const answer = await resolver.txt(record.name);
      if (answer.kind === 'temporary') return ill(`DNS did not answer for ${record.name}.`, 'Try again.');
      const { status, hint } = compareFound(record, answer.kind === 'found' ? answer.records : []);
      if (status !== 'ok')
        return ill(
          `${record.name}: ${hint ?? 'There is no record.'}`,
          `Publish: ${record.name} TXT "${record.value}"`,
        );
    }
    return undefined;
  } finally {
    resolver.close();
  }
}

async function lookAtPlatformDomain(config: Config): Promise<Finding> {
  const domain = config.WAYBILL_PLATFORM_DOMAIN;
  const records = await loadRecords(config);
  if (records === undefined)
    return ill(
      `There are no DKIM keys for ${domain}: mail of the platform itself is not signed.`,
      'Run: waybill migrate',
    );
  if (config.DELIVERY_MODE === 'sandbox') return well(`${domain} has DKIM keys.`);
  const problem = await lookAtRecords(config, records);
  return problem ?? well(`Mail of the platform itself is signed by ${domain}, and the key is in DNS.`);
}

export const platformCheck: Check = {
  name: 'platform domain',
  fix: 'Set WAYBILL_PLATFORM_DOMAIN and the master key, start PostgreSQL, and run: waybill migrate',
  look: lookAtPlatformDomain,
};
