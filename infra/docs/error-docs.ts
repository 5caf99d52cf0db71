import { refusals } from '../../packages/relay/src/refusal-table.ts';

/** Every "no" of the product with both its faces. */
export function errorPage(): string {
  const rows = Object.entries(refusals).map(
    ([code, { smtp, status, http, text, fix }]) =>
      `| \`${code}\` | ${smtp} ${status} | ${http} | ${text} | ${fix} |`,
  );
  return [
    '# Errors',
    '',
    'The same code stands in SMTP replies, problem documents and the trace. Made from `packages/relay/src/refusal-table.ts` by `npm run docs`.',
    '',
    '| Code | SMTP | HTTP | What it says | What to do |',
    '|---|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}
