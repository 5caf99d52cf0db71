import assert from 'node:assert/strict';
import { test } from 'node:test';
import { anAccount, aStream } from '../in-memory-ports.test-support.ts';
import type { ClickMode } from './click-mode.ts';
import { clickTracking, narrowerClickMode, openTracking } from './tracking-mode.ts';

const narrower: readonly (readonly [ClickMode, ClickMode, ClickMode])[] = [
  ['all', 'all', 'all'],
  ['all', 'html', 'html'],
  ['all', 'text', 'text'],
  ['all', 'none', 'none'],
  ['html', 'html', 'html'],
  ['html', 'text', 'none'],
  ['text', 'text', 'text'],
  ['text', 'none', 'none'],
  ['none', 'none', 'none'],
];
for (const [one, other, both] of narrower) {
  test(`${one} and ${other} together allow ${both}`, () => {
    assert.equal(narrowerClickMode(one, other), both);
    assert.equal(narrowerClickMode(other, one), both);
  });
}

type Clicks = readonly [
  account: ClickMode,
  stream: ClickMode,
  message: ClickMode | undefined,
  ClickMode,
  reason: RegExp,
];
const clicks: readonly Clicks[] = [
  ['all', 'html', undefined, 'html', /stream default asks for click tracking in html/],
  ['all', 'html', 'all', 'all', /message asks/],
  ['all', 'html', 'none', 'none', /message switches click tracking off/],
  ['all', 'none', undefined, 'none', /stream default switches/],
  ['html', 'all', undefined, 'html', /asks for all, the account allows html/],
  ['none', 'all', 'all', 'none', /the account allows none/],
];
for (const [account, stream, message, value, reason] of clicks) {
  test(`clicks: account ${account}, stream ${stream}, message ${message ?? 'silent'} make ${value}`, () => {
    const effective = clickTracking(
      anAccount({ trackClicks: account }),
      aStream({ trackClicks: stream }),
      message === undefined ? {} : { trackClicks: message },
    );
    assert.equal(effective.value, value);
    assert.match(effective.reason, reason);
  });
}

const opens: readonly (readonly [
  account: boolean,
  stream: boolean,
  message: boolean | undefined,
  boolean,
  RegExp,
])[] = [
  [true, true, undefined, true, /stream default asks/],
  [true, false, undefined, false, /stream default switches/],
  [true, false, true, true, /message asks/],
  [true, true, false, false, /message switches/],
  [false, true, true, false, /account does not allow/],
];
for (const [account, stream, message, value, reason] of opens) {
  test(`opens: account ${account}, stream ${stream}, message ${message ?? 'silent'} make ${value}`, () => {
    const effective = openTracking(
      anAccount({ trackOpens: account }),
      aStream({ trackOpens: stream }),
      message === undefined ? {} : { trackOpens: message },
    );
    assert.equal(effective.value, value);
    assert.match(effective.reason, reason);
  });
}
