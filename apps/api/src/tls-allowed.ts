/** For a TLS proxy that gets a certificate when a host is first asked for. On the metrics port only: the answer tells which hosts exist. */
import type { Dependencies } from './dependencies.ts';

type TlsDependencies = Pick<Dependencies, 'stores' | 'publicUrl' | 'installation'>;

/** The hosts of the installation itself, and verified tracking hosts of accounts. */
export const isTlsAllowed = async (
  host: string,
  { stores, publicUrl, installation }: TlsDependencies,
): Promise<boolean> =>
  host === new URL(publicUrl).hostname ||
  host === installation.trackerHost ||
  (host !== '' && (await stores.senderDomains.hasTrackingHost(host)));
