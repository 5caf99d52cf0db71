import type { Installation } from './installation.ts';
import { type LoadOptions, startLoad } from './load.ts';
import { scale } from './scale.ts';

/** The base load of the faults, on the port that a client on this machine uses. */
export const loadOn = (installation: Installation, name: string, more: Partial<LoadOptions> = {}) =>
  startLoad({
    name,
    port: installation.dev.file.smtp.port,
    senders: installation.senders,
    perClientPerSecond: scale.perClientPerSecond,
    ...more,
  });
