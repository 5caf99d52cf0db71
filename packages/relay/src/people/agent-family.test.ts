import assert from 'node:assert/strict';
import { test } from 'node:test';
import { agentFamily } from './agent-family.ts';

const firefox = (version: string, system: string): string =>
  `Mozilla/5.0 (${system}; rv:${version}) Gecko/20100101 Firefox/${version}`;

test('an update of a browser or of its system is the same program', () => {
  const before = firefox('128.0', 'X11; Linux x86_64');
  assert.equal(agentFamily(before), agentFamily(firefox('131.0.2', 'X11; Linux x86_64')));
  assert.equal(
    agentFamily('Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Safari/605.1.15'),
    agentFamily('Mozilla/5.0 (Macintosh; Intel Mac OS X 14_1) Safari/617.2'),
  );
});

test('another browser, another system and no name at all are different programs', () => {
  const families = [
    firefox('128.0', 'X11; Linux x86_64'),
    firefox('128.0', 'Windows NT 10.0; Win64; x64'),
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/129.0.0.0 Safari/537.36',
    'curl/8.5.0',
    '',
  ].map(agentFamily);
  assert.equal(new Set(families).size, families.length);
});
