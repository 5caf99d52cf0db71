import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

type MasterKeySettings = {
  readonly WAYBILL_MASTER_KEY?: string | undefined;
  readonly WAYBILL_MASTER_KEY_FILE?: string | undefined;
};

const keyPattern = /^[0-9a-fA-F]{64}$/;
const howToMake = 'Make one with: openssl rand -hex 32';

/** Whether the key is an example or a pattern: 32 random bytes have about 30 different values. */
const isExample = (key: Buffer): boolean => new Set(key).size < 17;

function parseMasterKey(text: string, source: string): Buffer {
  if (!keyPattern.test(text)) {
    throw new Error(`${source} must hold 64 hexadecimal digits (32 bytes). ${howToMake}`);
  }
  const key = Buffer.from(text, 'hex');
  if (isExample(key)) throw new Error(`${source} is an example value, not a secret. ${howToMake}`);
  return key;
}

function readKeyFile(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (cause) {
    throw new Error(`WAYBILL_MASTER_KEY_FILE cannot be read: ${path}. ${howToMake}`, { cause });
  }
}

/** The 32 bytes from which every key of the installation is derived. */
export function loadMasterKey(config: MasterKeySettings): Buffer {
  const { WAYBILL_MASTER_KEY: text, WAYBILL_MASTER_KEY_FILE: path } = config;
  if (text !== undefined && path !== undefined) {
    throw new Error('Set WAYBILL_MASTER_KEY or WAYBILL_MASTER_KEY_FILE, not both: they could disagree.');
  }
  if (text !== undefined) return parseMasterKey(text, 'WAYBILL_MASTER_KEY');
  if (path !== undefined) return parseMasterKey(readKeyFile(path), `WAYBILL_MASTER_KEY_FILE (${path})`);
  throw new Error(`WAYBILL_MASTER_KEY or WAYBILL_MASTER_KEY_FILE is missing. ${howToMake}`);
}

/** For development: a key in a file that only its owner can read, made once. Two processes that start at once use one key. */
export function makeMasterKeyFile(path: string): void {
  if (existsSync(path)) return;
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, `${randomBytes(32).toString('hex')}\n`, { mode: 0o600, flush: true });
  chmodSync(draft, 0o600);
  try {
    linkSync(draft, path);
  } catch (error) {
    // Another process has made the file first, and its key is used.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}
