import type { Endpoint } from '../generator/smtp-client.ts';

export type PublishedKey = { readonly domain: string; readonly selector: string; readonly txt: string };

/** The system under test: where it listens, which processes belong to it, and how it is stopped. */
export type System = {
  readonly name: string;
  readonly endpoint: Endpoint;
  /** The sender's domain. The system signs mail from it. */
  readonly domain: string;
  /** Processes from which all others of the system descend. */
  readonly roots: readonly number[];
  /** Milliseconds from the spawn until it was ready. */
  readonly startMs: number;
  readonly keys: readonly PublishedKey[];
  /** Where tracked links lead; `undefined`: this system tracks nothing. */
  readonly trackerUrl: string | undefined;
  /** Describes mail that never arrived. Only called then. */
  readonly unfinished?: () => Promise<string>;
  stop(): Promise<void>;
};

/** What another mail server needs to know to take the same mail to the same next hop. */
export type PeerOptions = {
  readonly sinkPort: number;
  /** Where its temporary folder is made. */
  readonly folder: string | undefined;
};
