/** Icons of 16 by 16, drawn by their stroke. They repeat what a word beside them says, so that a screen reader skips them. */
const paths = {
  overview: 'M2.5 13.5v-5M6 13.5v-9M9.5 13.5v-6M13 13.5v-11',
  messages: 'M2 4h12v8.5H2zM2 4.5l6 4.5 6-4.5',
  sandbox: 'M2 5l6-3 6 3v6l-6 3-6-3zM2 5l6 3 6-3M8 8v6',
  domains: 'M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2M2 8h12M8 2c2 2 2.5 4 2.5 6S10 12 8 14c-2-2-2.5-4-2.5-6S6 4 8 2',
  credentials: 'M5.5 7a3 3 0 1 0 0 .01M8.4 7.3L14 7.3M11.5 7.3v2.5M13.5 7.3v1.8',
  suppressions: 'M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2M3.8 3.8l8.4 8.4',
  streams: 'M2 5c2-2 4-2 6 0s4 2 6 0M2 9c2-2 4-2 6 0s4 2 6 0M2 13c2-2 4-2 6 0s4 2 6 0',
  webhooks:
    'M5 5.5l-2.5 4.5M8 3.5h0M11 5.5l2.5 4.5M5 12.5h6M6 4.5a2 2 0 1 1 4 0 2 2 0 0 1-4 0M1.5 12a1.8 1.8 0 1 1 3.6 0 1.8 1.8 0 0 1-3.6 0M10.9 12a1.8 1.8 0 1 1 3.6 0 1.8 1.8 0 0 1-3.6 0',
  statistics: 'M2 13.5h12M3 11l3.5-4 2.5 2.5L13.5 4',
  team: 'M6 7.5a2.3 2.3 0 1 0 0-.01M1.8 13.5c.4-2.6 2-4 4.2-4s3.8 1.4 4.2 4M10.5 7.5a2 2 0 1 0-.5-3.9M11.5 9.7c1.5.4 2.5 1.7 2.7 3.8',
  settings: 'M2.5 4.5h6M11.5 4.5h2M10 3v3M2.5 11.5h2M7.5 11.5h6M6 10v3',
  audit: 'M4 2h6l3 3v9H4zM6.5 7.5h4M6.5 10.5h4',
  system: 'M2 3h12v8H2zM6 14h4M8 11v3M4.5 7h1.5l1-2 1.5 4 1-2h2',
  accounts: 'M2.5 13.5v-9l5.5-2.5 5.5 2.5v9M5.5 13.5v-3.5h5v3.5M5.5 6.5h0M8 6.5h0M10.5 6.5h0',
  queues: 'M2.5 4h11M2.5 8h8M2.5 12h5',
  discards: 'M3 4.5h10M6 4.5V2.5h4v2M4.5 4.5l.6 9h5.8l.6-9',
  search: 'M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9M10.3 10.3L14 14',
  copy: 'M5.5 5.5h8v8h-8zM3 10.5h-.5v-8h8V3',
  start: 'M5 3v10l7.5-5z',
  done: 'M3 8.5l3.5 3.5L13 4.5',
  cross: 'M4 4l8 8M12 4l-8 8',
  clock: 'M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2M8 4.5V8l2.5 1.5',
  again: 'M13 4v3h-3M13 7a5.3 5.3 0 1 0 .2 3',
  pause: 'M5.5 3.5v9M10.5 3.5v9',
  question: 'M5.5 6a2.5 2.5 0 1 1 3.6 2.2C8.3 8.6 8 9 8 10M8 12.5h0',
  flag: 'M4 14V2.5M4 3h8l-2 3 2 3H4',
  more: 'M3.5 8h0M8 8h0M12.5 8h0',
  menu: 'M2.5 4.5h11M2.5 8h11M2.5 11.5h11',
  add: 'M8 3v10M3 8h10',
  sun: 'M8 5.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6M8 1.5v1.2M8 13.3v1.2M1.5 8h1.2M13.3 8h1.2M3.4 3.4l.8.8M11.8 11.8l.8.8M12.6 3.4l-.8.8M4.2 11.8l-.8.8',
  moon: 'M13 9.5A5.5 5.5 0 0 1 6.5 3 5.5 5.5 0 1 0 13 9.5',
  out: 'M6 2.5H3v11h3M10.5 5L13.5 8l-3 3M13.5 8H6',
  download: 'M8 2.5v7.5M4.5 7L8 10.5 11.5 7M3 13.5h10',
  left: 'M9.5 3.5L5 8l4.5 4.5',
  down: 'M3.5 6L8 10.5 12.5 6',
  dot: 'M8 8h0',
  dash: 'M4 8h8',
} as const;

export type IconName = keyof typeof paths;

export const Icon = ({ name, size = 16 }: { readonly name: IconName; readonly size?: number }) => (
  <svg
    width={size}
    height={size}
    viewBox="0 0 16 16"
    aria-hidden="true"
    focusable="false"
    style={{ flex: 'none' }}
  >
    <path
      d={paths[name]}
      fill="none"
      stroke="currentColor"
      strokeWidth={name === 'dot' || name === 'more' ? 3 : 1.4}
      strokeLinecap="round"
      strokeLinejoin="round"
    />
  </svg>
);
