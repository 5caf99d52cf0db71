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

const withBuffers = (given: Preparation): Preparation => ({
  ...given,
  stored: { ...given.stored, source: asBuffer(given.stored.source) },
  facts: {
    ...given.facts,
    returnPath: { ...given.facts.returnPath, key: asBuffer(given.facts.returnPath.key) },
  },
});

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
