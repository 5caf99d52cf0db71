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

type Plan = {
  readonly connections: number;
  readonly turns: number;
  /** What is timed, and what follows before the next. */
  readonly ask: (client: Dialogue, isKnown: boolean) => Promise<unknown>;
  readonly tidy?: (client: Dialogue) => Promise<unknown>;
};

/** In turn on one connection, so that whatever else the machine does hits both alike. */
async function askInTurns(
  client: Dialogue,
  { turns, ask, tidy }: Plan,
): Promise<readonly [number[], number[]]> {
  const times: [number[], number[]] = [[], []];
  await client.say('EHLO client.example');
  for (let turn = 0; turn < turns; turn += 1) {
    const startedAt = performance.now();
    await ask(client, turn % 2 === 0);
    times[turn % 2 === 0 ? 0 : 1].push(performance.now() - startedAt);
    await tidy?.(client);
  }
  client.close();
  return times;
}

async function mediansOf(ingress: Ingress, plan: Plan): Promise<readonly [number, number]> {
  const known: number[] = [];
  const unknown: number[] = [];
  for (let count = 0; count < plan.connections; count += 1) {
    const times = await askInTurns(await at(ingress, '127.0.0.1'), plan);
    known.push(...times[0]);
    unknown.push(...times[1]);
  }
  assert.deepEqual([known.length, unknown.length], [200, 200]);
  return [median(known), median(unknown)];
}

/** Medians of 200 tries each, within 5 %. What a busy machine blurs may be measured again; what leaks differs every time. */
async function assertAlike(ingress: Ingress, plan: Plan): Promise<void> {
  const seen: string[] = [];
  while (seen.length < 3) {
    const [known, unknown] = await mediansOf(ingress, plan);
    if (Math.abs(known - unknown) / known < 0.05) return;
    seen.push(`${known} ms and ${unknown} ms`);
  }
  assert.fail(seen.join('; '));
}

test('each failure waits longer than the one before, and the fifth ends the connection', () =>
  withIngress({ throttle: { firstDelayMs: 40, maxDelayMs: 1_000 } }, async (ingress) => {
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
  withIngress({ throttle: { perUserAndAddress: 3 } }, async (ingress) => {
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
  withIngress({ throttle: { perAddress: 6 } }, async (ingress) => {
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
  withIngress({ throttle: { perUser: 6 } }, async (ingress) => {
    const owner = await at(ingress, '127.0.0.7');
    assert.equal((await logIn(owner, 'acme', secret)).code, 235);
    for (let count = 0; count < 6; count += 1)
      assert.equal(await guess(ingress, 'acme', `127.0.2.${count}`), 535);
    assert.equal(await guess(ingress, 'acme', '127.0.2.99'), 421);
    const again = await at(ingress, '127.0.0.7');
    assert.equal((await logIn(again, 'acme', secret)).code, 235);
    for (const client of [owner, again]) client.close();
  }));

test('an unknown user and a wrong secret are refused after the same time: medians within 5 %', () =>
  withIngress(
    { throttle: { firstDelayMs: 10, maxDelayMs: 10, perAddress: 1e9, perUser: 1e9, perUserAndAddress: 1e9 } },
    async (ingress) => {
      await assertAlike(ingress, {
        connections: 100,
        turns: 4,
        ask: (client, isKnown) =>
          client.say(`AUTH PLAIN ${plainToken(isKnown ? 'acme' : 'unknown', 'a guess')}`),
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
    await assertAlike(ingress, {
      // Not many on one connection: exchanges that are taken back end it.
      connections: 40,
      turns: 10,
      async ask(client, isKnown) {
        const first = `n,,n=${isKnown ? 'acme-cram' : 'unknown'},r=abcdefghijkl`;
        const reply = await client.say(`AUTH SCRAM-SHA-256 ${Buffer.from(first).toString('base64')}`);
        assert.equal(reply.code, 334);
      },
      tidy: (client) => client.say('*'),
    });
  }));

test('neither secrets nor their base64 are in the log', () =>
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
