import { spawnSync } from 'node:child_process';

const programs = ['postfix', 'opendkim', 'saslpasswd2'] as const;
const packages = ['postfix', 'opendkim', 'sasl2-bin', 'libsasl2-modules'] as const;

const isPresent = (program: string): boolean =>
  spawnSync('sh', ['-c', `command -v ${program}`], { env: { PATH: searchPath } }).status === 0;

/** Daemons live where the path of ordinary users does not look. */
export const searchPath = `${process.env.PATH ?? ''}:/usr/sbin:/sbin`;

function aptGet(...args: readonly string[]): string | undefined {
  const env = {
    ...process.env,
    PATH: searchPath,
    DEBIAN_FRONTEND: 'noninteractive',
    // Keeps the packages from starting services of the system: only ours shall run.
    RUNLEVEL: '1',
  };
  const { status, stderr } = spawnSync('apt-get', [...args], { env, encoding: 'utf8' });
  return status === 0 ? undefined : `apt-get ${args[0]} failed: ${(stderr ?? '').trim().split('\n').pop()}`;
}

/** Brings what the peer needs onto this machine. Answers why it cannot, or nothing. */
export function ensurePeerInstalled(): string | undefined {
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
