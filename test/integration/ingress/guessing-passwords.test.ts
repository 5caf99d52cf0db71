import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Dialogue, logIn, openDialogue, plainToken } from '../../support/smtp-dialogue.ts';
import { type Ingress, secret, withIngress } from './start-ingress.ts';

const at = (ingress: Ingress, localAddress: string): Promise<Dialogue> =>
  openDialogue({ port: ingress.ports.cleartext, localAddress });

async function guess(ingress: Ingress, username: string, localAddress: string): Promise<number> {
  const client = await at(ingress, localAddress);
  const { code } = await logIn(client, username, 'a guess');
  client.close();
  return code;
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;

type Times = { readonly ofKnown: number[]; readonly ofUnknown: number[] };

/** Medians of 200 tries each, within 5 %. What a busy machine blurs may be measured again; what leaks differs every time. */
async function assertAlike(measure: (times: Times) => Promise<void>): Promise<void> {
  let [known, unknown] = [0, 0];
  for (let tries = 0; tries < 3; tries += 1) {
    const times: Times = { ofKnown: [], ofUnknown: [] };
    await measure(times);
    assert.deepEqual([times.ofKnown.length, times.ofUnknown.length], [200, 200]);
    [known, unknown] = [median(times.ofKnown), median(times.ofUnknown)];
    if (Math.abs(known - unknown) / known < 0.05) return;
  }
  assert.fail(`${known} ms and ${unknown} ms`);
}

test('each failure waits longer than the one before, and the fifth ends the connection', () =>
  withIngress({ guessing: { firstDelayMs: 40, maxDelayMs: 1_000 } }, async (ingress) => {
    const client = await at(ingress, '127.0.0.1');
    await client.say('EHLO client.example');
    const waits: number[] = [];
    const codes: number[] = [];
    for (let count = 0; count < 5; count += 1) {
      const startedAt = performance.now();
      codes.push((await client.say(`AUTH PLAIN ${plainToken('acme', `guess ${count}`)}`)).code);
      waits.push(performance.now() - startedAt);
    }
    assert.deepEqual(codes, [535, 535, 535, 535, 421]);
    for (const [index, wait] of waits.entries())
      assert.ok(wait >= 40 * 2 ** index - 5, `wait ${index} was ${wait}`);
    await client.closed();
  }));

test('a user name is locked for the address that guesses, not for its owner', () =>
  withIngress({ guessing: { perUserAndAddress: 3 } }, async (ingress) => {
    for (const code of [535, 535, 535, 421]) assert.equal(await guess(ingress, 'acme', '127.0.0.66'), code);
    const right = await at(ingress, '127.0.0.66');
    assert.equal((await logIn(right, 'acme', secret)).code, 421, 'the right secret does not help there');
    assert.deepEqual(ingress.locked, ['acme', 'acme'], 'the operator is told');
    const owner = await at(ingress, '127.0.0.7');
    assert.equal((await logIn(owner, 'acme', secret)).code, 235);
    owner.close();
    assert.equal(
      await guess(ingress, 'beta', '127.0.0.66'),
      535,
      'another user from there is not locked yet',
    );
  }));

test('an address that tries many names is locked for all of them, except where it lately logged in', () =>
  withIngress({ guessing: { perAddress: 6 } }, async (ingress) => {
    const owner = await at(ingress, '127.0.0.66');
    assert.equal((await logIn(owner, 'acme', secret)).code, 235);
    for (let count = 0; count < 6; count += 1)
      assert.equal(await guess(ingress, `name${count}`, '127.0.0.66'), 535);
    assert.equal(await guess(ingress, 'beta', '127.0.0.66'), 421);
    const again = await at(ingress, '127.0.0.66');
    assert.equal((await logIn(again, 'acme', secret)).code, 235, 'one office, many people');
    const elsewhere = await at(ingress, '127.0.0.7');
    assert.equal((await logIn(elsewhere, 'beta', secret)).code, 235);
    for (const client of [owner, again, elsewhere]) client.close();
  }));

test('a user name tried from everywhere is locked, except where its owner lately logged in', () =>
  withIngress({ guessing: { perUser: 6 } }, async (ingress) => {
    const owner = await at(ingress, '127.0.0.7');
    assert.equal((await logIn(owner, 'acme', secret)).code, 235);
    for (let count = 0; count < 6; count += 1)
      assert.equal(await guess(ingress, 'acme', `127.0.2.${count}`), 535);
    assert.equal(await guess(ingress, 'acme', '127.0.2.99'), 421);
    const again = await at(ingress, '127.0.0.7');
    assert.equal((await logIn(again, 'acme', secret)).code, 235);
    for (const client of [owner, again]) client.close();
  }));

test('an unknown user and a wrong secret cannot be told apart by time: medians within 5 %', () =>
  withIngress(
    { guessing: { firstDelayMs: 10, maxDelayMs: 10, perAddress: 1e9, perUser: 1e9, perUserAndAddress: 1e9 } },
    async (ingress) => {
      // In turn on one connection, so that whatever else the machine does hits both alike.
      await assertAlike(async ({ ofKnown, ofUnknown }) => {
        for (let count = 0; count < 100; count += 1) {
          const client = await at(ingress, '127.0.0.1');
          await client.say('EHLO client.example');
          for (const [username, times] of [
            ['acme', ofKnown],
            ['nobody', ofUnknown],
            ['acme', ofKnown],
            ['nobody', ofUnknown],
          ] as const) {
            const startedAt = performance.now();
            await client.say(`AUTH PLAIN ${plainToken(username, 'a guess')}`);
            times.push(performance.now() - startedAt);
          }
          client.close();
        }
      });
    },
  ));

test('a challenge of SCRAM does not come sooner for a name that is in use', () =>
  withIngress({}, async (ingress) => {
    // Names in use lie in a cache; others are asked for in the database.
    const { credentialByUsername } = ingress.directory;
    ingress.directory.credentialByUsername = async (username) => {
      if (username !== 'acme-cram') await new Promise((resolve) => setTimeout(resolve, 2));
      return credentialByUsername(username);
    };
    await assertAlike(async ({ ofKnown, ofUnknown }) => {
      // Not many on one connection: exchanges that are taken back end it.
      for (let count = 0; count < 40; count += 1) {
        const client = await at(ingress, '127.0.0.1');
        await client.say('EHLO client.example');
        for (let turn = 0; turn < 10; turn += 1) {
          const username = turn % 2 === 0 ? 'acme-cram' : 'nobody';
          const first = Buffer.from(`n,,n=${username},r=abcdefghijkl`).toString('base64');
          const startedAt = performance.now();
          assert.equal((await client.say(`AUTH SCRAM-SHA-256 ${first}`)).code, 334);
          (turn % 2 === 0 ? ofKnown : ofUnknown).push(performance.now() - startedAt);
          assert.equal((await client.say('*')).code, 501);
        }
        client.close();
      }
    });
  }));

test('neither secrets nor their base64 stand in the log', () =>
  withIngress({}, async (ingress) => {
    const client = await at(ingress, '127.0.0.1');
    await logIn(client, 'acme', 'hunter2-hunter2');
    await logIn(client, 'acme', secret);
    client.close();
    const log = ingress.logged.join('');
    assert.match(log, /authentication_failed/);
    for (const hidden of [
      'hunter2',
      secret,
      plainToken('acme', secret),
      plainToken('acme', 'hunter2-hunter2'),
    ]) {
      assert.ok(!log.includes(hidden));
    }
  }));
