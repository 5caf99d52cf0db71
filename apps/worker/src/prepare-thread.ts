/** The main file of the thread that `prepare-apart.ts` starts: one preparation in, one answer out. */
import { parentPort } from 'node:worker_threads';
import type { PreparedMessage } from '@waybill/relay/ports';
import { type Preparation, runPreparation } from './preparation.ts';

export type ThreadAnswer =
  | { readonly prepared: PreparedMessage }
  | {
      readonly failed: {
        readonly name: string;
        readonly message: string;
        readonly stack: string | undefined;
      };
    };

/** Octets come over as plain arrays of octets. */
export const asBuffer = ({ buffer, byteOffset, byteLength }: Uint8Array): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength);

const withBuffers = (given: Preparation): Preparation => {
  const { stored, facts } = given;
  const { tracking, returnPath } = facts;
  const trackingKey = { ...tracking.key, macKey: asBuffer(tracking.key.macKey) };
  return {
    ...given,
    stored: { ...stored, source: asBuffer(stored.source) },
    facts: {
      ...facts,
      tracking: { ...tracking, key: trackingKey },
      returnPath: { ...returnPath, key: asBuffer(returnPath.key) },
    },
  };
};

parentPort?.on('message', (given: Preparation) => {
  const answer = (told: ThreadAnswer): void => parentPort?.postMessage(told);
  runPreparation(withBuffers(given)).then(
    (prepared) => answer({ prepared }),
    (error: unknown) => {
      const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
      answer({ failed: { name, message, stack } });
    },
  );
});
