import { join } from 'node:path';
import { makeMasterKeyFile } from '@waybill/io/secrets/master-key';
import type { DevOptions } from './dev-settings.ts';

export type MasterKeySettings = {
  readonly WAYBILL_MASTER_KEY: string | undefined;
  readonly WAYBILL_MASTER_KEY_FILE: string | undefined;
};

type Env = Readonly<Record<string, string | undefined>>;

/**
 * The embedded database uses the key of its folder, made on the first start, so that a production key in the environment
 * neither stops a trial nor makes its data unreadable. A database of the environment uses the key of the environment.
 */
export function devMasterKey(
  env: Env,
  { folder, databaseUrl }: Pick<DevOptions, 'folder' | 'databaseUrl'>,
): MasterKeySettings {
  const given = {
    WAYBILL_MASTER_KEY: env.WAYBILL_MASTER_KEY || undefined,
    WAYBILL_MASTER_KEY_FILE: env.WAYBILL_MASTER_KEY_FILE || undefined,
  };
  if (databaseUrl !== undefined && (given.WAYBILL_MASTER_KEY ?? given.WAYBILL_MASTER_KEY_FILE)) return given;
  const path = join(folder, 'master.key');
  makeMasterKeyFile(path);
  return { WAYBILL_MASTER_KEY: undefined, WAYBILL_MASTER_KEY_FILE: path };
}
