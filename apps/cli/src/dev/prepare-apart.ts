import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Installation } from '../commands/prepare-installation.ts';

/** What the process answers: a key that works, or why there is none. */
export type Prepared = { readonly operatorKey: string } | { readonly problem: string };

const entry = fileURLToPath(new URL('../prepare.ts', import.meta.url));

/**
 * `prepareInstallation` in a process that ends afterwards: the supervisor lives as long as the product, and would keep the 60 MiB of Prisma and
 * BullMQ.
 */
export const prepareApart = (
  installation: Installation,
  env: Readonly<Record<string, string | undefined>>,
): Promise<string> =>
  new Promise((resolve, reject) => {
    const child = fork(entry, [], {
      env,
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    child.once('message', (prepared: Prepared) => {
      if ('operatorKey' in prepared) resolve(prepared.operatorKey);
      else reject(new Error(prepared.problem));
    });
    child.once('error', reject);
    child.once('exit', (code, signal) =>
      reject(new Error(`The database was not prepared: its process ended with ${signal ?? code}`)),
    );
    child.send(installation);
  });
