import { useUrlSearch } from '../../api/use-search.ts';
import { credentialsText as text } from '../../text/credentials.ts';
import { Page } from '../../ui/page.tsx';
import { TabLinks } from '../../ui/tab-links.tsx';
import { ApiKeys } from './api-keys.tsx';
import { FromAddresses } from './from-addresses.tsx';
import { IpNetworks } from './ip-networks.tsx';
import { SmtpCredentials } from './smtp-credentials.tsx';

const tabs = [
  ['smtp', text.smtp],
  ['keys', text.keys],
  ['networks', text.networks],
  ['addresses', text.addresses],
] as const;

/** Everything that may send for the account. */
export function CredentialsPage() {
  const { tab } = useUrlSearch();
  const current = tabs.find(([name]) => name === tab)?.[0] ?? 'smtp';
  return (
    <Page title={text.title} lead={text.lead}>
      <TabLinks label={text.tabs} tabs={tabs} />
      {current === 'smtp' && <SmtpCredentials />}
      {current === 'keys' && <ApiKeys />}
      {current === 'networks' && <IpNetworks />}
      {current === 'addresses' && <FromAddresses />}
    </Page>
  );
}
