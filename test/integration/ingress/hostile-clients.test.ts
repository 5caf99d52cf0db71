import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, describe, test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { type BareLineEndings, bareLineEndingRules } from '@waybill/relay/account';
import { type Dialogue, logIn, openDialogue, sendMessage } from '../../support/smtp-dialogue.ts';
import { type AttackName, attacks, type Order } from './hostile-attacks.ts';
import { type IngressApart, MAX_MESSAGE_BYTES, openIngressApart } from './ingress-apart.ts';
import { aMessage, secret } from './start-ingress.ts';

/** During every attack a good client can send its mail, and the process does not grow. docs/reliability.md S24. */
const FOR_MS = 400;
/** The most CPU that one turn of the event loop may take: every client waits that long. */
const LONGEST_TURN_MS = 100;
const megabyte = 1_048_576;
/** On top of what was held before: buffers of sockets come and go, but nothing stays. */
const MAX_PEAK_BYTES = 160 * megabyte;
const MAX_HELD_BYTES = 16 * megabyte;

let ingress: IngressApart;
let good: Dialogue;

async function round(): Promise<void> {
  const mail = { from: 'ada@acme.test', to: 'bob@example.com', bytes: aMessage() };
  assert.equal((await sendMessage(good, mail)).code, 250);
}

/** How many messages a good client sent meanwhile. */
async function roundsDuring(attack: Promise<unknown>): Promise<number> {
  let rounds = 0;
  let isOver = false;
  const over = attack.finally(() => {
    isOver = true;
  });
  while (!isOver) {
    await round();
    rounds += 1;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  await over;
  return rounds;
}

async function attack(name: AttackName): Promise<readonly string[]> {
  const order: Order = { name, ports: ingress.ports, forMs: FOR_MS, secret };
  const thread = new Worker(new URL('./hostile-attacks.ts', import.meta.url), { workerData: order });
  const [heard] = (await once(thread, 'message')) as [readonly string[]];
  // What is still open goes with the thread.
  await thread.terminate();
  return heard;
}

const accepted = '250 2.0.0';
const headerTooLarge = '552 5.3.4 header_too_large';

/** What is heard where that is certain. */
type Answers = Partial<Readonly<Record<AttackName, readonly string[]>>>;
const answers: Answers = {
  '500 connections at a time': ['250'],
  '64 MiB without a line end': ['421 4.7.0'],
  '64 MiB of short lines': ['421 4.7.0'],
  'a line of 64 MiB in a message': ['552 5.3.4 message_too_large'],
  '10,000 recipients': ['100 × 250', '9900 × 452', '250'],
  '2,000 nested parts': [accepted],
  '20,000 parts': [accepted],
  'a header of tiny fields': [headerTooLarge],
  'one huge field': [headerTooLarge],
  'one huge folded field': [headerTooLarge],
  'a header just within its limits': [accepted],
  'a From of thousands': ['550 5.6.0 from_header_malformed'],
  'endless AUTH lines': ['334', '421 4.7.0', '501 5.5.2'],
  'endless beginnings of AUTH': ['334 VXNlcm', '421 4.7.0', '501 5.7.0'],
  'endless unknown commands': ['421 4.7.0', '500 5.5.2'],
};

const mebibytes = (bytes: number): string => `${Math.round(bytes / megabyte)} MiB`;

const bareAnswers: Readonly<Record<BareLineEndings, Answers>> = {
  refuse: {
    'a message of bare LFs': ['550 5.6.11 bare_line_ending'],
    'a message of bare CRs': ['550 5.6.11 bare_line_ending'],
  },
  repair: { 'a message of bare LFs': [accepted], 'a message of bare CRs': [accepted] },
};

for (const setting of bareLineEndingRules)
  describe(`accounts have bare line endings ${setting === 'refuse' ? 'refused' : 'repaired'}`, () => {
    before(async () => {
      ingress = await openIngressApart(setting);
      good = await openDialogue({ port: ingress.ports.cleartext });
      await logIn(good, 'acme', secret);
      // Compiled and at its usual size before anything is measured.
      for (let count = 0; count < 50; count += 1) await round();
    });
    after(async () => {
      good.close();
      await ingress.close();
    });

    for (const name of Object.keys(attacks) as AttackName[])
      test(`${name}: a good client sends at once, and the memory stays flat`, async (t) => {
        const before = await ingress.read();
        const going = attack(name);
        const rounds = await roundsDuring(going);
        const expected = answers[name] ?? bareAnswers[setting][name];
        if (expected !== undefined) assert.deepEqual(await going, expected);
        let now = await ingress.read();
        // Sockets that were cut are closed in turns.
        const { peak, longestTurnMs } = now;
        for (let count = 0; count < 20 && now.held - before.held >= MAX_HELD_BYTES; count += 1) {
          await new Promise((resolve) => setTimeout(resolve, 50));
          now = await ingress.read();
        }
        t.diagnostic(
          `${rounds} rounds, longest turn ${longestTurnMs.toFixed(1)} ms of CPU; ` +
            `RSS ${mebibytes(before.rss)}, at most ${mebibytes(peak)}; held ${mebibytes(now.held - before.held)} more`,
        );
        assert.ok(rounds >= 3);
        assert.ok(longestTurnMs < LONGEST_TURN_MS, `one turn took ${longestTurnMs} ms of CPU`);
        assert.ok(peak - before.rss < MAX_PEAK_BYTES, `RSS grew by ${mebibytes(peak - before.rss)}`);
        assert.ok(now.held - before.held < MAX_HELD_BYTES, `held ${mebibytes(now.held - before.held)} more`);
      });
  });

test('the messages above were larger than what may be kept, or as large as it', () => {
  assert.ok(MAX_MESSAGE_BYTES >= 2 * megabyte, 'or a header would be refused for the size of its message');
});
