/** What an explanation uses: ports that can only read, opened when the first one is asked for. */
import type { KeyObject } from 'node:crypto';
import { type Asked, type ExplainPorts, type Explanation, explain } from '@waybill/delivery/explain';
import type { AcceptDependencies } from '@waybill/relay/submission/submission';
import type { Config } from '../config/config.ts';
import { platformNamesOf } from '../config/platform-names.ts';
import { openResolver } from '../dns/resolver.ts';
import { type Database, openDatabase } from '../postgres/connection/database.ts';
import type { Listener } from '../postgres/connection/listener.ts';
import { openDirectory } from '../postgres/directory/directory.ts';
import { suppressionList } from '../postgres/directory/suppression-list.ts';
import { limits } from '../postgres/management/limits.ts';
import { installationOf } from '../preparing/installation.ts';
import type { DerivedKeys } from '../secrets/keys.ts';
import type { SecretBox } from '../secrets/secret-box.ts';
import { routeSettings } from './route-settings.ts';

export type ExplainingOptions = {
  readonly config: Config;
  readonly keys: DerivedKeys;
  readonly listener: Listener;
  readonly box: SecretBox;
  readonly erasedKey: KeyObject;
  readonly submitting: AcceptDependencies;
  readonly onTrouble: (error: Error) => void;
};

export type Explaining = {
  readonly explain: (asked: Asked) => Promise<Explanation>;
  close(): Promise<void>;
};

/** Few: explanations are rare, and each takes one connection at a time. */
const POOL_SIZE = 2;

/** The connections of explanations. PostgreSQL refuses whatever would write. */
export const openReadOnly = ({
  config,
  onTrouble,
}: Pick<ExplainingOptions, 'config' | 'onTrouble'>): Database =>
  openDatabase({
    url: config.DATABASE_URL,
    applicationName: 'waybill explain',
    poolSize: POOL_SIZE,
    isReadOnly: true,
    onTrouble,
  });

async function openPorts(options: ExplainingOptions) {
  const { config, keys, listener, box, erasedKey, submitting } = options;
  // Loaded here: most API processes explain nothing, and the pool of threads is a large library.
  const { openPreparing, preparationLimits } = await import('../preparing/preparing.ts');
  const database = openReadOnly(options);
  const directory = openDirectory({ database, box, listener, platformNames: platformNamesOf(config) });
  const preparing = openPreparing(installationOf(config, keys), { ...preparationLimits, threads: 1 });
  const ports: ExplainPorts = {
    directory,
    suppressions: suppressionList(database, { erasedKey }),
    limitStates: limits(database).states,
    headerKeys: submitting.headerKeys,
    now: submitting.now,
    prepare: preparing.prepare,
    routes: {
      settings: routeSettings(config),
      resolver: openResolver({ resolver: config.RESOLVER }),
      random: Math.random,
    },
  };
  return {
    ports,
    async close() {
      await preparing.close();
      await directory.close();
      await database.close();
    },
  };
}

export function openExplaining(options: ExplainingOptions): Explaining {
  let opened: ReturnType<typeof openPorts> | undefined;
  return {
    async explain(asked) {
      opened ??= openPorts(options);
      return explain(asked, (await opened).ports, options.submitting);
    },
    close: async () => (await opened)?.close(),
  };
}
