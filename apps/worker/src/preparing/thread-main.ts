/** The main file of a preparing thread: a parcel of messages in, an answer out, one after the other. */
import { parentPort } from 'node:worker_threads';
import { type Outcome, openUnpacker, type Parcel, packAnswer } from './crossing.ts';
import { type Preparation, runPreparation } from './preparation.ts';

const unpack = openUnpacker();

function outcomeOf(preparation: Preparation): Outcome {
  try {
    return { prepared: runPreparation(preparation) };
  } catch (error) {
    return { failed: error };
  }
}

parentPort?.on('message', (parcel: Parcel) => {
  const answer = packAnswer(unpack(parcel).map(outcomeOf));
  parentPort?.postMessage(answer, [answer.bytes.buffer]);
});
