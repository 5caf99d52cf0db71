import { generateKeyPairSync } from 'node:crypto';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { freePort } from '../../support/database.ts';
import { type Child, greets, startChild, untilReady } from './child.ts';
import { HARAKA_WORKERS, type HarakaPlan, harakaFiles } from './haraka-files.ts';
import { HARAKA_VERSION, installHaraka } from './install-haraka.ts';
import type { PeerOptions, System } from './system.ts';
import { makeTemporaryFolder } from './temporary-folder.ts';

export const harakaName = `Haraka ${HARAKA_VERSION}, ${HARAKA_WORKERS} workers`;
const login = { username: 'bench', password: 'only-on-loopback' };
const domain = 'acme.test';
const selector = 'rsa';

/** RSA-2048, as the product signs. */
function makeKey(): { readonly privateKey: string; readonly txt: string } {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return {
    privateKey: String(privateKey.export({ type: 'pkcs8', format: 'pem' })),
    txt: `v=DKIM1; k=rsa; p=${publicKey.export({ type: 'spki', format: 'der' }).toString('base64')}`,
  };
}

async function writeFiles(folder: string, plan: HarakaPlan): Promise<void> {
  await mkdir(join(folder, 'queue'));
  for (const [name, content] of Object.entries(harakaFiles(plan))) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content, { mode: 0o600 });
  }
  // Haraka has no defaults of its own for this file.
  const defaults = join(folder, 'node_modules/Haraka/config/connection.ini');
  await copyFile(defaults, join(folder, 'config/connection.ini'));
}

/** Installed from npm into a temporary folder, with its own queue, key and login. */
export async function startHaraka({ sinkPort, folder: parent }: PeerOptions): Promise<System> {
  const folder = await makeTemporaryFolder('haraka', parent);
  let child: Child | undefined;
  const stop = async (): Promise<void> => {
    await child?.stop();
    await folder.remove();
  };
  try {
    await installHaraka(folder.path);
    const { privateKey, txt } = makeKey();
    const smtpPort = await freePort();
    await writeFiles(folder.path, { smtpPort, sinkPort, domain, selector, login, privateKey });
    const startedAt = performance.now();
    child = startChild(process.execPath, [
      join(folder.path, 'node_modules/Haraka/bin/haraka'),
      '-c',
      folder.path,
    ]);
    await untilReady(child, () => greets(smtpPort));
    return {
      name: harakaName,
      endpoint: { port: smtpPort, login },
      domain,
      roots: [child.pid],
      startMs: performance.now() - startedAt,
      keys: [{ domain, selector, txt }],
      trackerUrl: undefined,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
