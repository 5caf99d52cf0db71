import { loadConfig } from '@waybill/io/config/config';
import { type OpenedDelivery, openDelivery } from '@waybill/io/delivery/open-delivery';
import { type Bench, preparation } from './bench.ts';

/** The product's way out, as a worker or a sender opens it, to a next hop on this machine. */
export function outboundTo(port: number, { ports, database }: Bench): OpenedDelivery {
  const { log, metrics, directory, suppressions, jobs } = ports;
  const config = loadConfig({
    DATABASE_URL: 'postgresql://not.used.test/',
    DELIVERY_MODE: 'smarthost',
    SMARTHOST_URL: `smtp://127.0.0.1:${port}`,
    ALLOW_PRIVATE_DESTINATIONS: 'true',
    WAYBILL_MASTER_KEY: '00'.repeat(32),
  });
  return openDelivery({
    config,
    log,
    metrics,
    directory,
    suppressions,
    jobs,
    database,
    preparing: { prepareAgain: async (given) => preparation.prepareAgain(given) },
  });
}
