/** docs/reliability.md F23: an endpoint that fails for two days loses nothing, and holds up no other. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { parsePublicId } from '@waybill/relay/id';
import { openReceiver, type Receiver } from '../../support/receiver.ts';
import { openInstallation } from './installation.ts';

const hour = 3_600_000;
const types = ['queued', 'deferred', 'delivered'] as const;
const STEP_MS = 6 * hour;
const STEPS = 8;
const MESSAGES = 8;

const installation = await openInstallation();
after(() => installation.close());

/** A number from 0 to 1 that is the same in every run. */
const chanceOf = (seed: number): number => {
  let x = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return ((x ^ (x >>> 16)) >>> 0) / 2 ** 32;
};

/** Events in the order in which they were made. */
const numbers = new Map<string, number>();
const eventIdOf = (headers: Readonly<Record<string, string>>): string =>
  parsePublicId('evt', headers['webhook-id'] ?? '') ?? '';

/** Half of the attempts fail: which ones depends on the event and the attempt alone. */
function failingHalf(): {
  answer: (id: string) => number;
  taken: string[];
  requests: number;
  isWell: boolean;
} {
  const attempts = new Map<string, number>();
  const state = {
    taken: [] as string[],
    requests: 0,
    isWell: false,
    answer(id: string): number {
      state.requests += 1;
      const attempt = (attempts.get(id) ?? 0) + 1;
      attempts.set(id, attempt);
      const fails = !state.isWell && chanceOf((numbers.get(id) ?? 0) * 64 + attempt) < 0.5;
      if (fails) return [500, 503, 404, 302][attempt % 4] ?? 500;
      state.taken.push(id);
      return 200;
    },
  };
  return state;
}

type Sent = { readonly at: number; readonly ids: readonly string[] };

async function addMail(accountId: string): Promise<Sent> {
  const ids: string[] = [];
  for (let message = 0; message < MESSAGES; message++) {
    ids.push(...(await installation.addEvents(accountId, installation.someId(), types)));
  }
  for (const id of ids) numbers.set(id, numbers.size);
  return { at: performance.now(), ids };
}

/** Milliseconds from the events to their arrival. */
const latencies = (sent: readonly Sent[], { got }: Receiver): readonly number[] => {
  const arrivedAt = new Map(got.map(({ headers, at }) => [eventIdOf(headers), at]));
  return sent.flatMap(({ at, ids }) => ids.map((id) => (arrivedAt.get(id) ?? Number.POSITIVE_INFINITY) - at));
};

test('an endpoint that fails half the time for two days gets every event once, in order per message; a healthy one waits for none of it', async (t) => {
  const half = failingHalf();
  const flaky = await openReceiver(({ headers }) => half.answer(eventIdOf(headers)));
  const healthy = await openReceiver();
  t.after(() => Promise.all([flaky.close(), healthy.close()]));
  const [one, other] = [await installation.addAccount(), await installation.addAccount()];
  const events = types.map((type) => `message.${type}`);
  const failing = await installation.addWebhook(one, flaky.url, { events });
  const working = await installation.addWebhook(other, healthy.url, { events });
  await installation.read();

  const [expected, sent]: [string[], Sent[]] = [[], []];
  for (let step = 1; step <= STEPS; step++) {
    expected.push(...(await addMail(one)).ids);
    sent.push(await addMail(other));
    await installation.read();
    await Promise.all([installation.send(failing.id), installation.send(working.id)]);
    await installation.pass(failing.id, STEP_MS);
  }
  half.isWell = true;
  await installation.pass(failing.id, 48 * hour);

  assert.deepEqual(new Set(half.taken), new Set(expected), 'every event');
  assert.equal(half.taken.length, expected.length, 'each once');
  const failed = half.requests - half.taken.length;
  assert.ok(failed > expected.length / 2, `${failed} of ${half.requests} requests failed`);
  const taken = new Map(half.taken.map((id, index) => [id, index]));
  const bodies = new Map(flaky.got.map(({ headers, body }) => [eventIdOf(headers), body]));
  const orderOf = Map.groupBy(expected, (id) => bodies.get(id)?.data.message_id);
  assert.equal(orderOf.size, STEPS * MESSAGES);
  for (const ids of orderOf.values()) {
    const arrived = ids.toSorted((a, b) => (taken.get(a) ?? 0) - (taken.get(b) ?? 0));
    assert.deepEqual(
      arrived.map((id) => bodies.get(id)?.data.sequence),
      [1, 2, 3],
    );
  }
  const sorted = latencies(sent, healthy).toSorted((a, b) => a - b);
  const p99 = sorted[Math.floor(sorted.length * 0.99)] ?? Number.POSITIVE_INFINITY;
  assert.ok(p99 < 2_000, `p99 of the healthy endpoint: ${p99} ms`);
});
