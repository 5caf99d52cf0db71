/** After the fault: waits until no message is in flight, then counts. docs/reliability.md §1. */
import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { ledger } from '@waybill/io/postgres/upkeep/ledger';
import { parsePublicId } from '@waybill/relay/id';
import { type Installation, until } from './installation.ts';
import type { Kept, Reckoning } from './kept.ts';
import type { Book, Policy } from './load.ts';
import { scale } from './scale.ts';

type Fate = { readonly id: string; readonly status: string; readonly unknown: number };

/** Over a run. docs/reliability.md §1 */
const MOST_DUPLICATES = 0.01;

const far = new Date('2200-01-01T00:00:00Z');

const openSql = `
  SELECT (SELECT count(*) FROM message WHERE state = 'accepted')
       + (SELECT count(*) FROM delivery WHERE next_action_at IS NOT NULL) AS open`;

/** No message is left that anybody will still do something with. */
export const untilDrained = (installation: Installation, seconds: number): Promise<number> =>
  until({
    what: 'everything accepted has come to an end',
    seconds,
    look: async () => {
      const { rows } = await installation.database.pool.query<{ open: string }>(openSql);
      return rows[0]?.open === '0';
    },
    explain: async () => JSON.stringify(await ledger(installation.database).outside(far, 5), null, 1),
  });

/**
 * Attempts that the product reported as unknown. A process that slept, or could not save, brings the true reply to an attempt that stood as
 * `unknown` when the next one began: then the attempt holds the reply, and the event remains.
 */
const wasUnknown = `outcome = 'unknown' OR EXISTS (
  SELECT FROM event WHERE event.delivery_id = delivery.id AND type = 'unknown' AND (detail->>'attempt')::integer = number)`;

/** What the product reports of each message; the subject holds the id of the load. */
async function fatesOf({ database }: Installation, name: string): Promise<ReadonlyMap<string, Fate>> {
  const { rows } = await database.pool.query<Fate>(
    `SELECT substr(subject, 7) AS id, coalesce(status, state) AS status,
       (SELECT count(*)::integer FROM attempt WHERE delivery_id = delivery.id AND (${wasUnknown})) AS unknown
     FROM message LEFT JOIN delivery ON message_id = message.id
     WHERE subject LIKE $1`,
    [`chaos ${name}-%`],
  );
  return new Map(rows.map((row) => [row.id, row]));
}

type Counted = {
  readonly id: string;
  readonly by: Policy;
  readonly arrivals: number;
  readonly fate: Fate | undefined;
};

const isLost = ({ by, arrivals, fate }: Counted): boolean =>
  arrivals === 0 && !(by === 'prefer_no_duplicate' && fate?.status === 'unknown');

const isUnexplained = ({ by, arrivals, fate }: Counted): boolean =>
  arrivals > 1 && (by === 'prefer_no_duplicate' || (fate?.unknown ?? 0) < arrivals - 1);

/** Lets everything drain, and says what the fault has cost. */
async function reckon(
  installation: Installation,
  { load, name, drainSeconds = 90 }: Kept,
): Promise<Reckoning> {
  const drainMs = await untilDrained(installation, drainSeconds);
  const fates = await fatesOf(installation, name);
  const counted: Counted[] = [...load.book.accepted].map(([id, { by }]) => ({
    id,
    by,
    arrivals: installation.sink.arrivals.get(id)?.length ?? 0,
    fate: fates.get(id),
  }));
  return {
    accepted: load.book.accepted.size,
    lost: counted.filter(isLost).map(({ id, fate }) => `${id} (${fate?.status ?? 'no row'})`),
    duplicates: counted.reduce((sum, { arrivals }) => sum + Math.max(0, arrivals - 1), 0),
    unexplained: counted.filter(isUnexplained).map(({ id }) => id),
    unknown: counted.filter(({ fate }) => fate?.status === 'unknown').length,
    drainMs,
  };
}

/** Every 250 named a message that is there, with its one delivery. */
async function assertRows({ database }: Installation, book: Book): Promise<void> {
  const ids = [...book.accepted.values()].map(({ reply }) => {
    const found = /msg_[0-9a-z]{26}/.exec(reply)?.[0];
    return (found && parsePublicId('msg', found)) ?? reply;
  });
  const { rows } = await database.pool.query<{ messages: number; deliveries: number }>(
    `SELECT (SELECT count(*)::integer FROM message WHERE id = ANY ($1::uuid[])) AS messages,
       (SELECT count(*)::integer FROM delivery WHERE message_id = ANY ($1::uuid[])) AS deliveries`,
    [ids],
  );
  assert.deepEqual(
    rows[0],
    { messages: ids.length, deliveries: ids.length },
    'a row for each 250, and one delivery',
  );
}

const objectOf = (map: ReadonlyMap<string, number>): string => JSON.stringify(Object.fromEntries(map));

/** What holds in every fault: no message lost, no duplicate that was not reported as unknown, no message outside its end states, no 5xx. */
async function assertLaw(t: TestContext, installation: Installation, kept: Kept): Promise<void> {
  const result = await reckon(installation, kept);
  const { refused, unanswered, endings, permanent } = kept.load.book;
  t.diagnostic(
    `${kept.name} · accepted ${result.accepted} LOST ${result.lost.length} DUP ${result.duplicates} unknown ${result.unknown} unanswered ${unanswered.size} refused ${objectOf(refused)} endings ${objectOf(endings)} drained in ${(result.drainMs / 1000).toFixed(1)} s`,
  );
  assert.ok(result.accepted > 0, 'the load got through');
  assert.deepEqual(result.lost, []);
  assert.deepEqual(result.unexplained, []);
  // Few messages make a rate of chance.
  if (scale.isLong)
    assert.ok(result.duplicates <= result.accepted * MOST_DUPLICATES, `${result.duplicates} twice`);
  assert.deepEqual(permanent, []);
  assert.deepEqual(await ledger(installation.database).outside(far, 10), []);
  await assertRows(installation, kept.load.book);
  kept.also?.(result);
}

/**
 * The long form reckons here. The short one goes on to the next fault while this one's mail still drains, and reckons
 * with all of them at the end: what a killed process held takes half a minute to come back, each time.
 */
export async function assertKept(t: TestContext, installation: Installation, kept: Kept): Promise<void> {
  await kept.load.stop();
  if (scale.isLong) await assertLaw(t, installation, kept);
  else installation.owed.push(kept);
}

export async function assertAllKept(t: TestContext, installation: Installation): Promise<void> {
  for (const kept of installation.owed.splice(0)) await assertLaw(t, installation, kept);
}

/** Longest pause between two 250s that began within the given time, in milliseconds. */
export function longestSilence({ accepted }: Book, from: number, to: number): number {
  const times = [
    from,
    ...[...accepted.values()].map(({ at }) => at).filter((at) => at > from && at < to),
    to,
  ];
  times.sort((a, b) => a - b);
  return Math.max(...times.slice(1).map((at, index) => at - (times[index] ?? at)));
}
