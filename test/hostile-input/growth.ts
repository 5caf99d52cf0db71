import assert from 'node:assert/strict';

/** Reads an input that was made before, so that making it is not in the figure. */
export type Reader<Input> = {
  /** An input of this many units. */
  readonly input: (units: number) => Input;
  readonly read: (input: Input) => unknown;
};

const FIRST_UNITS = 500;
const MOST_UNITS = 64_000;
/** Below this the clock and the garbage collector are larger than the work. */
const ENOUGH_MICROSECONDS = 5_000;
const ROUNDS = 3;
/** A round next to a busy core is slow, so a growth too large is measured again. Quadratic work stays quadratic. */
const MOST_ROUNDS = 15;
const FACTOR = 4;
/** Linear work grows by 4 and quadratic work by 16; the middle between them. */
const MOST_GROWTH = 8;

/** CPU of this thread in microseconds. */
async function costOnce<Input>(read: Reader<Input>['read'], given: Input): Promise<number> {
  const before = process.threadCpuUsage();
  await read(given);
  const { user, system } = process.threadCpuUsage(before);
  return user + system;
}

/** The least of several rounds: another process or thread hardly changes it. */
async function leastCost<Input>(read: Reader<Input>['read'], given: Input): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round++) least = Math.min(least, await costOnce(read, given));
  return least;
}

/** Fails when reading four times as much costs more than eight times the CPU. */
export async function assertLinear<Input>({ input, read }: Reader<Input>): Promise<void> {
  let units = FIRST_UNITS;
  let small = input(units);
  let cost = await leastCost(read, small);
  while (cost < ENOUGH_MICROSECONDS && units < MOST_UNITS) {
    units *= 2;
    small = input(units);
    cost = await leastCost(read, small);
  }
  const large = input(FACTOR * units);
  let largeCost = await leastCost(read, large);
  const grows = (): boolean => largeCost >= MOST_GROWTH * Math.max(cost, ENOUGH_MICROSECONDS);
  for (let round = ROUNDS; round < MOST_ROUNDS && grows(); round++) {
    cost = Math.min(cost, await costOnce(read, small));
    largeCost = Math.min(largeCost, await costOnce(read, large));
  }
  assert.ok(!grows(), `${units} units cost ${cost} µs and ${FACTOR * units} units cost ${largeCost} µs`);
}
