import { spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '../../support/database.ts';
import { type Child, greets, listens, startChild, untilReady } from './child.ts';
import { searchPath } from './install-postfix.ts';
import { mainCf, masterCf, openDkimConf, type PeerPlan, saslConf } from './postfix-files.ts';
import type { PeerOptions, System } from './system.ts';
import { makeTemporaryFolder, type TemporaryFolder } from './temporary-folder.ts';

const env = { ...process.env, PATH: searchPath };
export const postfixName = 'Postfix + OpenDKIM';
const login = { username: 'bench', password: 'only-on-loopback' };
const realm = 'peer.example';
const domain = 'acme.test';
const selector = 'rsa';

function run(program: string, args: readonly string[], input = ''): string {
  const { status, stdout, stderr } = spawnSync(program, [...args], { env, input, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} failed: ${stderr}`);
  return stdout;
}

/** RSA-2048, as the product signs; the DNS record that belongs to it. */
async function makeKey({ folder }: PeerPlan): Promise<string> {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  await writeFile(join(folder, 'dkim/private.pem'), privateKey.export({ type: 'pkcs1', format: 'pem' }), {
    mode: 0o600,
  });
  run('chown', ['-R', 'opendkim', join(folder, 'dkim')]);
  return `v=DKIM1; k=rsa; p=${publicKey.export({ type: 'spki', format: 'der' }).toString('base64')}`;
}

function makeLogin({ folder }: PeerPlan): void {
  const database = join(folder, 'sasl/sasldb2');
  run('saslpasswd2', ['-p', '-c', '-f', database, '-u', realm, login.username], login.password);
  run('chown', ['postfix', database]);
}

async function writeFiles(plan: PeerPlan): Promise<string> {
  for (const name of ['config', 'config/sasl', 'queue', 'data', 'log', 'sasl', 'dkim'])
    await mkdir(join(plan.folder, name), { mode: 0o755 });
  run('chown', ['postfix', join(plan.folder, 'data'), join(plan.folder, 'sasl')]);
  await writeFile(join(plan.folder, 'config/main.cf'), mainCf(plan));
  await writeFile(join(plan.folder, 'config/master.cf'), masterCf(plan));
  await writeFile(join(plan.folder, 'config/sasl/smtpd.conf'), saslConf(plan));
  await writeFile(join(plan.folder, 'dkim/opendkim.conf'), openDkimConf(plan));
  makeLogin(plan);
  return makeKey(plan);
}

type Parts = { readonly folder: TemporaryFolder; readonly children: Child[] };

async function stopAll({ folder, children }: Parts): Promise<void> {
  for (const child of children.toReversed()) await child.stop();
  await folder.remove();
}

async function startBoth(plan: PeerPlan, { children }: Parts): Promise<void> {
  const milter = startChild('opendkim', ['-f', '-x', join(plan.folder, 'dkim/opendkim.conf')], { env });
  children.push(milter);
  await untilReady(milter, () => listens(plan.milterPort));
  const config = join(plan.folder, 'config');
  run('postfix', ['-c', config, 'check']);
  // Not "postfix start-fg": its shell dies at SIGTERM and leaves the master behind.
  const master = join(run('postconf', ['-h', 'daemon_directory']).trim(), 'master');
  const postfix = startChild(master, ['-c', config, '-s'], { env });
  children.push(postfix);
  await untilReady(postfix, () => greets(plan.smtpPort)).catch(async (error: Error) => {
    const log = await readFile(join(plan.folder, 'log/postfix.log'), 'utf8').catch(() => '');
    throw new Error(`${error.message}\n${log}`);
  });
}

/** An instance beside the system's: its own configuration, queue, data, log, key and login. */
export async function startPostfix({ sinkPort, folder: parent }: PeerOptions): Promise<System> {
  const folder = await makeTemporaryFolder('postfix', parent);
  const parts: Parts = { folder, children: [] };
  try {
    const ports = { smtpPort: await freePort(), milterPort: await freePort(), sinkPort };
    const plan: PeerPlan = { folder: folder.path, ...ports, domain, selector };
    const txt = await writeFiles(plan);
    const startedAt = performance.now();
    await startBoth(plan, parts);
    const startMs = performance.now() - startedAt;
    return {
      name: postfixName,
      endpoint: { port: plan.smtpPort, login: { ...login, username: `${login.username}@${realm}` } },
      domain,
      startMs,
      roots: parts.children.map(({ pid }) => pid),
      keys: [{ domain, selector, txt }],
      trackerUrl: undefined,
      stop: () => stopAll(parts),
    };
  } catch (error) {
    await stopAll(parts);
    throw error;
  }
}
