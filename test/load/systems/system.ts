import type { Place } from '../generator/smtp-client.ts';

export type PublishedKey = { readonly domain: string; readonly selector: string; readonly txt: string };

/** Whatever is measured: where it listens, which processes are its own, and how it is ended. */
export type System = {
  readonly name: string;
  readonly place: Place;
  /** The sender's; mail from it is signed. */
  readonly domain: string;
  /** Processes from which all others of the system descend. */
  readonly roots: readonly number[];
  readonly keys: readonly PublishedKey[];
  /** Where tracked links lead; `undefined`: this system tracks nothing. */
  readonly trackerUrl: string | undefined;
  /** What it says of mail that never arrived; asked only then. */
  readonly unfinished?: () => Promise<string>;
  stop(): Promise<void>;
};
