import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clickedLinks } from './link-clicks.ts';

const click = (url: string, kind: string) =>
  ({ type: 'message.clicked', detail: { url, agent: { kind } } }) as const;

test('each link stands once with its clicks, and clicks of people, proxies and bots are apart', () => {
  const links = [
    { url: 'https://a.example/', text: 'A' },
    { url: 'https://b.example/', text: 'B' },
    { url: 'https://a.example/', text: 'A' },
  ];
  const events = [
    click('https://a.example/', 'human'),
    click('https://a.example/', 'bot'),
    click('https://a.example/', 'prefetch'),
    click('https://text.example/', 'human'),
    { type: 'message.opened', detail: {} } as const,
  ];
  assert.deepEqual(clickedLinks(links, events), [
    { url: 'https://a.example/', text: 'A', human: 1, proxy: 1, bot: 1 },
    { url: 'https://b.example/', text: 'B', human: 0, proxy: 0, bot: 0 },
    { url: 'https://text.example/', text: '', human: 1, proxy: 0, bot: 0 },
  ]);
});
