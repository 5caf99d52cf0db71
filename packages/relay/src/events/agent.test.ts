import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AgentKind, agentOf } from './agent.ts';

const table: readonly (readonly [AgentKind, string, string | undefined])[] = [
  [
    'proxy',
    'gmail',
    'Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)',
  ],
  ['proxy', 'yahoo', 'YahooMailProxy; https://help.yahoo.com/kb/yahoo-mail-proxy-SLN28749.html'],
  ['prefetch', 'apple mail privacy', 'Mozilla/5.0'],
  ['human', 'outlook', 'Mozilla/4.0 (compatible; ms-office; MSOffice 16)'],
  [
    'human',
    'client',
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)',
  ],
  [
    'human',
    'client',
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36',
  ],
  [
    'human',
    'client',
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148',
  ],
  ['human', 'client', 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Thunderbird/128.4.0'],
  ['bot', 'listed', 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)'],
  ['bot', 'listed', 'curl/8.9.1'],
  ['bot', 'listed', 'python-requests/2.32.3'],
  ['bot', 'listed', 'Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)'],
  ['bot', 'security gateway', 'Mozilla/5.0 (compatible; BarracudaCentral)'],
  ['bot', 'nameless', ''],
  ['bot', 'nameless', undefined],
];

for (const [kind, name, userAgent] of table)
  test(`${userAgent ?? 'no user agent'} is ${kind} (${name})`, () => {
    assert.deepEqual(agentOf({ userAgent, purpose: undefined }), { kind, name });
  });

for (const purpose of ['prefetch', 'prefetch;prerender', 'preview', 'Prefetch'])
  test(`purpose ${purpose} is a prefetch, from any client`, () => {
    assert.equal(
      agentOf({ userAgent: 'Mozilla/5.0 (X11; Linux x86_64) Firefox/130.0', purpose }).kind,
      'prefetch',
    );
  });
