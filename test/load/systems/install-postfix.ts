import { spawnSync } from 'node:child_process';

const programs = ['postfix', 'opendkim', 'saslpasswd2'] as const;
const packages = ['postfix', 'opendkim', 'sasl2-bin', 'libsasl2-modules'] as const;

const isPresent = (program: string): boolean =>
  spawnSync('sh', ['-c', `command -v ${program}`], { env: { PATH: searchPath } }).status === 0;

/** With the folders of daemons, which the PATH of ordinary users lacks. */
export const searchPath = `${process.env.PATH ?? ''}:/usr/sbin:/sbin`;

function aptGet(...args: readonly string[]): string | undefined {
  const env = {
    ...process.env,
    PATH: searchPath,
    DEBIAN_FRONTEND: 'noninteractive',
    // Keeps the packages from starting services of the system: the benchmark starts its own.
    RUNLEVEL: '1',
  };
  const { status, stderr } = spawnSync('apt-get', [...args], { env, encoding: 'utf8' });
  return status === 0 ? undefined : `apt-get ${args[0]} failed: ${(stderr ?? '').trim().split('\n').pop()}`;
}

/** Installs what Postfix needs on this machine. Returns the reason when it cannot. */
export function ensurePostfixInstalled(): string | undefined {
  if (process.platform !== 'linux') return 'it runs on Linux only';
  if (process.getuid?.() !== 0) return 'Postfix needs root';
  if (programs.every(isPresent)) return undefined;
  if (!isPresent('apt-get'))
    return `${programs.filter((one) => !isPresent(one)).join(', ')} missing, and no apt-get`;
  return (
    aptGet('update') ??
    aptGet('install', '-y', '--no-install-recommends', ...packages) ??
    (programs.every(isPresent) ? undefined : 'apt-get installed the packages, and programs are still missing')
  );
}
