import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseOptions, UsageError } from './options.ts';

test('without options it runs every scenario on both backends', () => {
  const options = parseOptions([]);
  assert.deepEqual(options.backends, ['redis', 'postgres']);
  assert.deepEqual(
    options.scenarios.map(({ name }) => name),
    ['footprint', 'small', 'large', 'paced', 'reconnect'],
  );
  assert.deepEqual([options.checkouts, options.peers, options.rounds], [[undefined], [], 1]);
  assert.deepEqual([options.stored, options.jsonFile, options.seconds], [undefined, undefined, 60]);
});

test('a short run is a tenth, and a number of messages wins over it', () => {
  const [whole] = parseOptions([]).scenarios;
  assert.equal(parseOptions(['--short']).scenarios[0]?.messages, (whole?.messages ?? 0) / 10);
  assert.equal(parseOptions(['--short', '--messages', '77']).scenarios[0]?.messages, 77);
});

test('scenarios run in the order of the table, however they are named', () => {
  assert.deepEqual(
    parseOptions(['--scenario', 'paced,small']).scenarios.map(({ name }) => name),
    ['small', 'paced'],
  );
});

test('checkouts and peers are measured in the order in which they are named', () => {
  const options = parseOptions(['--product', '/old', '--product', '/new', '--peer', 'haraka,postfix']);
  assert.deepEqual(options.checkouts, ['/old', '/new']);
  assert.deepEqual(options.peers, ['haraka', 'postfix']);
});

test('a data folder that is kept is one of this machine, and deliveries are a number', () => {
  const options = parseOptions(['--api', '--keep', '/srv/kept/../bench', '--deliveries', '10000000']);
  assert.deepEqual([options.keptFolder, options.deliveries], ['/srv/bench', 10_000_000]);
});

const wrong = [
  ['--backend', 'rabbit'],
  ['--scenario', 'small,huge'],
  ['--messages', '0'],
  ['--messages', '1e3'],
  ['--seconds', '-1'],
  ['--peer', 'exim'],
  ['--peer', 'haraka,exim'],
  ['--rounds', 'two'],
  ['--stored', 'many'],
  ['--deliveries', '1e7'],
];
for (const args of wrong)
  test(`says what is wrong with ${args.join(' ')}`, () => {
    assert.throws(
      () => parseOptions(args),
      (error: Error) => error instanceof UsageError || /argument/.test(error.message),
    );
  });

test('an unknown option is an error', () => assert.throws(() => parseOptions(['--fast']), /--fast/));
