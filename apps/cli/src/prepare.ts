/** The entry of a process that prepares an installation for `waybill dev` and ends. */
import { type Installation, prepareInstallation } from './commands/prepare-installation.ts';
import type { Prepared } from './dev/prepare-apart.ts';

const send = (prepared: Prepared): void => {
  process.send?.(prepared, () => process.disconnect());
};

process.once('message', (installation: Installation) => {
  prepareInstallation(installation).then(
    (operatorKey) => send({ operatorKey }),
    (error: unknown) => send({ problem: error instanceof Error ? error.message : String(error) }),
  );
});
