/** What crosses between the worker and a preparing thread: structured clones, with the bytes of messages transferred. */

import type { PreparedAgain, PreparedDelivery, PreparedMessage } from '@waybill/relay/ports';
import type { Preparation } from '@waybill/relay/submission/preparation';
import type { CopyPreparation } from './preparation.ts';

type Bytes = Uint8Array<ArrayBuffer>;
export type CrossingPreparation = Preparation<Bytes>;
export type CrossingCopy = CopyPreparation<Bytes>;
export type CrossingCopyResult = { readonly patch: Bytes } | { readonly eightBit: string };
export type CrossingResult = Omit<PreparedMessage, 'deliveries'> & {
  readonly deliveries: readonly (Omit<PreparedDelivery, 'patch'> & { readonly patch: Bytes | undefined })[];
};

/** A copy, because what crosses is the whole memory that a view belongs to. */
const ownBytes = (view: Uint8Array): Bytes => new Uint8Array(view);
/** A clone of a Buffer is a plain array. */
const bufferOf = ({ buffer, byteOffset, byteLength }: Bytes): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength);

export const packPreparation = ({ stored, ...rest }: Preparation): CrossingPreparation => ({
  ...rest,
  stored: { ...stored, source: ownBytes(stored.source) },
});

export const unpackPreparation = ({ stored, ...rest }: CrossingPreparation): Preparation => ({
  ...rest,
  stored: { ...stored, source: bufferOf(stored.source) },
});

export const packResult = ({ deliveries, ...rest }: PreparedMessage): CrossingResult => ({
  ...rest,
  deliveries: deliveries.map(({ patch, ...one }) => ({ ...one, patch: patch && ownBytes(patch) })),
});

export const unpackResult = ({ deliveries, ...rest }: CrossingResult): PreparedMessage => ({
  ...rest,
  deliveries: deliveries.map(({ patch, ...one }) => ({ ...one, patch: patch && bufferOf(patch) })),
});

export const packCopy = ({ stored, ...rest }: CopyPreparation): CrossingCopy => ({
  ...rest,
  stored: { ...stored, source: ownBytes(stored.source) },
});

export const unpackCopy = ({ stored, ...rest }: CrossingCopy): CopyPreparation => ({
  ...rest,
  stored: { ...stored, source: bufferOf(stored.source) },
});

export const packCopyResult = (made: PreparedAgain): CrossingCopyResult =>
  'patch' in made ? { patch: ownBytes(made.patch) } : made;

export const unpackCopyResult = (made: CrossingCopyResult): PreparedAgain =>
  'patch' in made ? { patch: bufferOf(made.patch) } : made;
