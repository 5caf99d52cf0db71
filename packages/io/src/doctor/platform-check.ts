/** Checks whether receivers can verify the signature on mail of the platform itself. */

import { compareFound } from '@waybill/relay/domains/compare-record';
import type { ExpectedRecord } from '@waybill/relay/domains/domain-records';
import type { Config } from '../config/config.ts';
import { openResolver } from '../dns/resolver.ts';
import { loadMasterKey } from '../secrets/master-key.ts';
import { openSecretBox } from '../secrets/secret-box.ts';
import { type Check, type Finding, ill, well } from './finding.ts';
import { withOwnDatabase } from './own-database.ts';
import { findPlatformDomain, platformRecords } from './platform-records.ts';

async function loadRecords(config: Config): Promise<readonly ExpectedRecord[] | undefined> {
  const box = openSecretBox(loadMasterKey(config));
  return withOwnDatabase(config, async (database) => {
    const found = await findPlatformDomain(database, box, config.WAYBILL_PLATFORM_DOMAIN);
    return found && platformRecords(found);
  });
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
