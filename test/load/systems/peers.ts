import { harakaName, startHaraka } from './haraka.ts';
import { ensurePostfixInstalled } from './install-postfix.ts';
import { postfixName, startPostfix } from './postfix.ts';
import type { PeerOptions, System } from './system.ts';

/** Another mail server that does the same work in the same run. */
export type Peer = {
  readonly name: string;
  /** Says why it cannot run on this machine; `undefined`: it can. */
  obstacle(): string | undefined;
  start(options: PeerOptions): Promise<System>;
};

export const peerNames = ['postfix', 'haraka'] as const;
export type PeerName = (typeof peerNames)[number];

export const peers: Readonly<Record<PeerName, Peer>> = {
  postfix: { name: postfixName, obstacle: ensurePostfixInstalled, start: startPostfix },
  haraka: { name: harakaName, obstacle: () => undefined, start: startHaraka },
};
