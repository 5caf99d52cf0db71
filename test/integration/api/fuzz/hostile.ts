/** Values that servers get wrong, and changes that put one of them into a request. */
import type { Random } from './random.ts';

/** A header that must never come to be. docs/reliability.md S13. */
export const INJECTED = 'X-Injected';

const lineEnds = ['\r\n', '\n', '\r', '\u2028', '\u2029', '\u0085', '%0d%0a', '\0'];

export const hostileTexts: readonly string[] = [
  '',
  ' ',
  ...lineEnds,
  ...lineEnds.map((end) => `x${end}${INJECTED}: yes`),
  `=?utf-8?q?x=0D=0A${INJECTED}:_yes?=`,
  `=?utf-8?b?${Buffer.from(`x\r\n${INJECTED}: yes`).toString('base64')}?=`,
  `"x\r\n${INJECTED}: yes" <a@example.com>`,
  `a@example.com\r\n${INJECTED}: yes`,
  `a@example.com>,<b@example.com`,
  "'; DROP TABLE account; --",
  '<script>alert(1)</script>',
  '=1+1',
  '\ud800',
  '\u202e',
  '../../etc/passwd',
  '__proto__',
  'a'.repeat(70_000),
  '💥'.repeat(300),
  '9'.repeat(400),
  '1e400',
  'null',
  'true',
  '2026-02-30T00:00:00Z',
  '0000-01-01T00:00:00Z',
  '+275760-09-13T00:00:00Z',
];

export const hostileValues: readonly unknown[] = [
  ...hostileTexts,
  null,
  true,
  false,
  0,
  -1,
  0.5,
  1e308,
  2 ** 31,
  2 ** 53,
  [],
  {},
  [[]],
  [null],
  Array.from({ length: 2_000 }, () => 'x'),
  { a: { b: { c: [] } } },
];

/** Fields that would give a caller more rights, had the server bound them. docs/reliability.md S06. */
export const grantingFields: Readonly<Record<string, unknown>> = {
  accountId: 'acc_06h29678q1v5fa1acspgh012b0',
  account_id: 'acc_06h29678q1v5fa1acspgh012b0',
  role: 'owner',
  is_operator: true,
  secret_hash: 'x',
  deleted_at: null,
  sender_policy_override: 'lenient',
};

type Place = readonly (string | number)[];

function placesIn(value: unknown, above: Place = []): readonly Place[] {
  if (value === null || typeof value !== 'object') return [above];
  return [above, ...Object.entries(value).flatMap(([name, inner]) => placesIn(inner, [...above, name]))];
}

function withValueAt(value: unknown, [first, ...rest]: Place, put: unknown): unknown {
  if (first === undefined) return put;
  // A place of the body as it was before another change may be gone.
  if (value === null || typeof value !== 'object') return put;
  const copy = Array.isArray(value) ? [...value] : { ...value };
  (copy as Record<string | number, unknown>)[first] = withValueAt(
    (value as Record<string | number, unknown>)[first],
    rest,
    put,
  );
  return copy;
}

/** The body with one place made hostile, removed, or with a field that was not asked for. */
export function spoiled(body: unknown, ids: readonly string[], random: Random): unknown {
  const place = random.pick(placesIn(body));
  switch (random.below(6)) {
    case 0:
      return withValueAt(body, place, undefined);
    case 1:
      return withValueAt(body, [...place, random.pick(Object.keys(grantingFields))], 'x');
    case 2:
      return withValueAt(body, place, random.pick(ids));
    default:
      return withValueAt(body, place, random.pick(hostileValues));
  }
}
