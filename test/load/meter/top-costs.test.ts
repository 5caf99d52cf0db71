import assert from 'node:assert/strict';
import { test } from 'node:test';
import { appOf, type CpuProfile, topCosts } from './top-costs.ts';

const frame = (functionName: string, url: string, lineNumber = 0) => ({ functionName, url, lineNumber });
const profile: CpuProfile = {
  nodes: [
    { id: 1, callFrame: frame('(idle)', '') },
    { id: 2, callFrame: frame('parse', 'file:///srv/waybill/packages/mail/src/headers.ts', 11) },
    { id: 3, callFrame: frame('', 'file:///srv/waybill/apps/worker/src/main.ts', 0) },
    { id: 4, callFrame: frame('parse', 'file:///srv/waybill/packages/mail/src/headers.ts', 11) },
    { id: 5, callFrame: frame('(garbage collector)', '') },
  ],
  samples: [1, 2, 4, 3, 5],
  timeDeltas: [1_000_000, 300_000, 300_000, 100_000, 300_000],
};

test('a function called from two places is one cost, and rest is none', () => {
  const { seconds, costs } = topCosts(profile, 2);
  assert.equal(seconds, 1);
  assert.deepEqual(costs, [
    { where: 'parse packages/mail/src/headers.ts:12', share: 0.6 },
    { where: '(garbage collector)', share: 0.3 },
  ]);
});

test('a profile is of the app whose main.ts ran in it', () => {
  assert.equal(appOf(profile), 'worker');
  assert.equal(appOf({ ...profile, nodes: profile.nodes.slice(0, 2) }), undefined);
  const [node] = profile.nodes.filter(({ callFrame }) => callFrame.url.endsWith('main.ts'));
  assert.ok(node);
  const api = { ...node, callFrame: { ...node.callFrame, url: 'file:///srv/apps/api/src/main.ts' } };
  assert.equal(appOf({ ...profile, nodes: [...profile.nodes, api] }), 'host');
});
