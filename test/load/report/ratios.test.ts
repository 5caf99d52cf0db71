import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ratiosTo } from './ratios.ts';
import { aMeasure } from './some-measure.ts';

const waybill = {
  system: 'Waybill',
  deliveredPerSecond: 1_200,
  cpu: 1.5,
  latency: { p50: 1, p95: 2, p99: 10 },
};
const postfix = { system: 'Postfix', deliveredPerSecond: 400, cpu: 3, latency: { p50: 1, p95: 2, p99: 40 } };

test('a ratio is to the baseline in the same scenario', () => {
  const paced = { ...aMeasure().scenario, name: 'paced' };
  const measures = [aMeasure(waybill), aMeasure(postfix), aMeasure({ ...waybill, scenario: paced })];
  assert.deepEqual(ratiosTo('Postfix', measures), [
    'small: Waybill delivers 3.00 × Postfix, for 0.50 × the CPU',
  ]);
});

test('at a fixed rate the latency is compared too', () => {
  const scenario = { ...aMeasure().scenario, name: 'paced', ratePerSecond: 100 };
  const measures = [aMeasure({ ...waybill, scenario }), aMeasure({ ...postfix, scenario })];
  assert.match(ratiosTo('Postfix', measures)[0] ?? '', /^paced: .* with 0\.25 × the p99$/);
});

test('several rounds count by their median', () => {
  const rounds = [100, 1_200, 90_000].map((deliveredPerSecond) =>
    aMeasure({ ...waybill, deliveredPerSecond }),
  );
  const peers = [300, 500].map((deliveredPerSecond) => aMeasure({ ...postfix, deliveredPerSecond }));
  assert.match(ratiosTo('Postfix', [...rounds, ...peers])[0] ?? '', /delivers 3\.00 × Postfix/);
});

test('without the baseline there is no ratio', () => {
  assert.deepEqual(ratiosTo('Postfix', [aMeasure(waybill)]), []);
});
