/** What is asked of the API while much mail is stored. */
import type { DevFile } from '../../../apps/cli/src/dev/dev-file.ts';

export type Question = {
  readonly what: 'send' | 'list' | 'search' | 'recipient' | 'stats' | 'year';
  readonly path: () => string;
  readonly body?: () => unknown;
};

const day = 86_400_000;
const dayBefore = (days: number): string => new Date(Date.now() - days * day).toISOString();

/** Statistics begin and end with an hour. */
const hour = 3_600_000;
const hourBefore = (days: number): string =>
  new Date(Math.floor((Date.now() - days * day) / hour) * hour).toISOString();

/** One each time: days that begin with those of UTC, before, after, at half past, and half a day away. */
const zones = ['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Pacific/Auckland'];

let count = 0;
const next = (): number => count++;

const yearQuestion: Question = {
  what: 'year',
  path: () =>
    `/v1/stats?interval=day&from=${hourBefore(365)}&to=${hourBefore(0)}&timezone=${zones[next() % zones.length]}`,
};

/** Another one each time, so that no answer is only remembered. `stored`: messages that are there. */
export const questionsFor = ({ account }: DevFile, stored: number, hasYear: boolean): readonly Question[] => {
  const one = (): number => (next() * 7_919) % Math.max(1, stored);
  return [
    {
      what: 'send',
      path: () => '/v1/messages',
      body: () => ({
        from: `app@${account.domain}`,
        to: `api${next()}@sandbox.test`,
        subject: 'Your order',
        text: 'It is on its way.',
        sandbox: true,
      }),
    },
    { what: 'list', path: () => `/v1/messages?limit=50&until=${dayBefore(next() % 30)}` },
    { what: 'search', path: () => `/v1/messages?q=${encodeURIComponent(`<stored-${one()}@acme.test>`)}` },
    { what: 'recipient', path: () => `/v1/recipients/stored${one()}@rcpt.example` },
    {
      what: 'stats',
      path: () => `/v1/stats?interval=day&from=${hourBefore(30)}&to=${hourBefore(0)}&group_by=stream`,
    },
    ...(hasYear ? [yearQuestion] : []),
  ];
};
