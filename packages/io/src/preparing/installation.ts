import type { Installation } from '@waybill/relay/submission/load-facts';
import { makeTrackingKey } from '@waybill/relay/tracking/token';
import type { Config } from '../config/config.ts';
import type { DerivedKeys } from '../secrets/keys.ts';

/** What the settings say about every message that is prepared. */
export const installationOf = (config: Config, keys: DerivedKeys): Installation => ({
  tracking: {
    baseUrl: config.WAYBILL_TRACKER_URL.replace(/\/+$/, ''),
    key: makeTrackingKey(keys.tracking.id, keys.tracking.secret),
  },
  returnPath: { domain: config.WAYBILL_RETURN_PATH_DOMAIN, key: keys.returnPath },
  platformDomain: config.WAYBILL_PLATFORM_DOMAIN,
  // The account's own signatures are enough where there are any.
  platformSignature: false,
});
