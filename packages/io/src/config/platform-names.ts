import type { Config } from './config.ts';

type Named = Pick<
  Config,
  'WAYBILL_PLATFORM_DOMAIN' | 'WAYBILL_RETURN_PATH_DOMAIN' | 'WAYBILL_HOSTNAME' | 'WAYBILL_TRACKER_URL'
>;

/** An IP address is no domain of a sender. */
const isName = (name: string): boolean => name !== '' && !name.includes(':') && !/(^|\.)\d+$/.test(name);

/** The host names of the platform. No account may own one of them or a name below it. */
export function platformNamesOf(config: Named): readonly string[] {
  const names = [
    config.WAYBILL_PLATFORM_DOMAIN,
    config.WAYBILL_RETURN_PATH_DOMAIN,
    config.WAYBILL_HOSTNAME,
    new URL(config.WAYBILL_TRACKER_URL).hostname,
  ];
  return [...new Set(names.map((name) => name.toLowerCase().replace(/\.$/, '')).filter(isName))];
}
