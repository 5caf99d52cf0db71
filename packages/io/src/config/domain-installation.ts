import type { Installation } from '@waybill/relay/domains/domain-records';
import type { Config } from './config.ts';

type Named = Pick<
  Config,
  'WAYBILL_HOSTNAME' | 'WAYBILL_RETURN_PATH_DOMAIN' | 'WAYBILL_TRACKER_URL' | 'WAYBILL_DKIM_DOMAIN'
>;

/** A CNAME needs a name: a tracker on an IP address, as in `waybill dev`, has none. */
const isName = (host: string): boolean =>
  host.includes('.') && !/^[\d.]+$/.test(host) && !host.startsWith('[');

/** The names that the DNS records of sender domains point at. */
export function domainInstallation(config: Named): Installation {
  const { hostname } = new URL(config.WAYBILL_TRACKER_URL);
  return {
    hostName: config.WAYBILL_HOSTNAME,
    returnPathDomain: config.WAYBILL_RETURN_PATH_DOMAIN,
    trackerHost: isName(hostname) ? hostname : undefined,
    dkimDomain: config.WAYBILL_DKIM_DOMAIN,
  };
}
