import type { RouteSettings } from '@waybill/delivery/routes/route';
import type { Config } from '../config/config.ts';

export const routeSettings = (config: Config): RouteSettings => ({
  mode: config.DELIVERY_MODE,
  smarthostUrl: config.SMARTHOST_URL,
  sandbox:
    config.SANDBOX_PORT === undefined ? undefined : { host: config.SANDBOX_HOST, port: config.SANDBOX_PORT },
  mxPort: config.MX_PORT ?? 25,
  ehloName: config.WAYBILL_HOSTNAME,
  allowPrivateDestinations: config.ALLOW_PRIVATE_DESTINATIONS,
});
