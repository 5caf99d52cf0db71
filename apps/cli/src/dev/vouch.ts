import { openDatabase } from '@waybill/io/postgres/connection/database';
import { senderDomains } from '@waybill/io/postgres/management/sender-domains';
import { openSecretBox } from '@waybill/io/secrets/secret-box';
import { uncheckedAs } from '@waybill/relay/domains/verify-domain';
import { parsePublicId } from '@waybill/relay/id';

/** Counts a demo domain as verified without DNS. */
export type Vouch = (accountId: string, domainId: string) => Promise<void>;

/**
 * With `--resolver` every look-up goes to a test server of the developer, which does not know the demo domains. The demo
 * domains belong to the demo accounts and their DKIM keys are real, so they sign as if DNS had published the keys.
 */
export const vouchIn =
  ({ databaseUrl, masterKey }: { readonly databaseUrl: string; readonly masterKey: Buffer }): Vouch =>
  async (accountId, domainId) => {
    const database = openDatabase({ url: databaseUrl, applicationName: 'waybill dev', poolSize: 1 });
    try {
      const domains = senderDomains(database, openSecretBox(masterKey));
      const account = parsePublicId('acc', accountId);
      const id = parsePublicId('dom', domainId);
      const domain = id === undefined ? undefined : await domains.one(account, id);
      if (domain === undefined) throw new Error(`There is no domain ${domainId} of ${accountId}`);
      const at = new Date();
      await domains.saveChecks(account, domain.id, uncheckedAs('verified', at));
      const published = domain.keys.filter(({ state }) => state === 'published');
      await domains.switchKeys(account, domain.id, {
        activate: published.map((key) => key.id),
        retire: [],
        at,
      });
    } finally {
      await database.close();
    }
  };
