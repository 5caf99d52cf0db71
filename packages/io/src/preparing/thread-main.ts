/** The functions that piscina calls in a preparing thread, by name. Its `workerData` is the installation. */
import { workerData } from 'node:worker_threads';
import {
  type CrossingCopy,
  type CrossingCopyResult,
  type CrossingPreparation,
  type CrossingResult,
  packCopyResult,
  packResult,
  unpackCopy,
  unpackPreparation,
} from './crossing.ts';
import { openPreparation } from './preparation.ts';

const { prepare, prepareAgain } = openPreparation(workerData);

/** @public */
export const prepareOne = (preparation: CrossingPreparation): CrossingResult =>
  packResult(prepare(unpackPreparation(preparation)));

/** @public `undefined` for a message that failed. */
export const prepareBatch = (
  batch: readonly CrossingPreparation[],
): readonly (CrossingResult | undefined)[] =>
  batch.map((preparation) => {
    try {
      return prepareOne(preparation);
    } catch {
      return undefined;
    }
  });

/** @public */
export const prepareCopyAgain = (preparation: CrossingCopy): CrossingCopyResult =>
  packCopyResult(prepareAgain(unpackCopy(preparation)));
