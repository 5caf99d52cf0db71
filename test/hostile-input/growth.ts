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
const FACTOR = 4;
/** Linear work grows by 4 and quadratic work by 16; the middle between them. */
const MOST_GROWTH = 8;

/** CPU of this thread, the least of several rounds: another process or thread does not change it. */
async function costOf<Input>({ read, input }: Reader<Input>, units: number): Promise<number> {
  const given = input(units);
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round++) {
    const before = process.threadCpuUsage();
    await read(given);
    const { user, system } = process.threadCpuUsage(before);
    least = Math.min(least, user + system);
  }
  return least;
}

/** Fails when reading four times as much costs more than eight times the CPU. */
export async function assertLinear<Input>(reader: Reader<Input>): Promise<void> {
  let units = FIRST_UNITS;
  let cost = await costOf(reader, units);
  while (cost < ENOUGH_MICROSECONDS && units < MOST_UNITS) {
    units *= 2;
    cost = await costOf(reader, units);
  }
  const large = await costOf(reader, FACTOR * units);
  const growth = large / Math.max(cost, ENOUGH_MICROSECONDS);
  assert.ok(
    growth < MOST_GROWTH,
    `${units} units cost ${cost} µs and ${FACTOR * units} units cost ${large} µs`,
  );
}
