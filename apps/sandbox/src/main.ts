import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import type { Config } from '@waybill/io/config/config';
import { domainInstallation } from '@waybill/io/config/domain-installation';
import type { Log } from '@waybill/io/log/log';
import { openDatabase } from '@waybill/io/postgres/connection/database';
import { deliveryLookup } from '@waybill/io/postgres/deliveries/delivery-lookup';
import { openSandboxStore } from '@waybill/io/postgres/mail-store/sandbox-store';
import { sandboxZone } from '@waybill/io/postgres/mail-store/sandbox-zone';
import { type App, runApp, type Setup } from '@waybill/io/process/app';
import type { Opened } from '@waybill/io/process/lifecycle';
import { deriveKeys } from '@waybill/io/secrets/keys';
import { loadMasterKey } from '@waybill/io/secrets/master-key';
import { complaintAbout } from './complaint.ts';
import { keep } from './keep.ts';
import { type Caught, MxServer } from './mx-server.ts';
import { openNameServer } from './name-server.ts';
import { sendReport } from './send-report.ts';
import { openTries } from './tries.ts';

const silenceMs = 60_000;
const sandboxMaxBytes = 52_428_800;

const certificateOf = ({ TLS_CERT_FILE: cert, TLS_KEY_FILE: key }: Config) =>
  cert !== undefined && key !== undefined ? { cert: readFileSync(cert), key: readFileSync(key) } : undefined;

/** Sends abuse reports as a provider does, but without the delay of minutes. */
function complainer(config: Config, log: Log): (caught: Caught) => void {
  const port = config.SMTP_RETURN_PATH_PORT;
  return (caught) => {
    if (port === undefined) return;
    const report = complaintAbout(caught, { now: new Date(), id: randomUUID() });
    sendReport(report, { host: config.SMTP_BIND, port }).catch((err) =>
      log.warn({ err }, 'complaint not sent'),
    );
  };
}

const listen = (server: MxServer, config: Config): Promise<number> =>
  new Promise((resolve, reject) => {
    server.server.once('error', reject);
    server.listen(config.SANDBOX_PORT ?? 0, config.SANDBOX_HOST, () =>
      resolve((server.server.address() as AddressInfo).port),
    );
  });

async function open({ config, log }: Setup): Promise<Opened> {
  const keys = deriveKeys(loadMasterKey(config));
  const database = openDatabase({
    url: config.DATABASE_URL,
    applicationName: 'waybill-sandbox',
    onTrouble: (err) => log.warn({ err }, 'database trouble'),
  });
  const onTrouble = (err: unknown): void => log.warn({ err }, 'sandbox trouble');
  const dependencies = {
    store: openSandboxStore({ database }),
    deliveries: deliveryLookup(database),
    returnPathKeys: [keys.returnPath],
    now: () => new Date(),
  };
  const server = new MxServer({
    hostName: config.WAYBILL_HOSTNAME,
    certificate: certificateOf(config),
    maxMessageBytes: sandboxMaxBytes,
    keep: (caught) => keep(dependencies, caught),
    onComplaint: complainer(config, log),
    onTrouble,
    tries: openTries(),
    silenceMs,
  });
  const zone = sandboxZone(database);
  const installation = domainInstallation(config);
  const names = await openNameServer({
    bind: '127.0.0.1',
    port: config.SANDBOX_DNS_PORT ?? 0,
    facts: async () => ({ domains: await zone.domains(new Date()), installation }),
    onTrouble,
  });
  const ports = { sandbox: await listen(server, config), dns: names.port };
  return {
    ports,
    closers: [
      { name: 'database', close: () => database.close() },
      { name: 'names', close: () => names.close() },
      { name: 'mx', close: () => new Promise<void>((resolve) => server.close(() => resolve())) },
    ],
  };
}

export const app: App = { name: 'sandbox', open };

if (import.meta.main) runApp(app, process);
