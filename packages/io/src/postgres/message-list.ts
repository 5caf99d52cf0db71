import { type Condition, idBounds, type MessageFilter, makers } from './message-filter.ts';

/** How many messages a search for words reads where nothing else narrows it. */
export const SEARCHED_MESSAGES = 10_000;

type Name = keyof typeof makers;
const spans: ReadonlySet<string> = new Set<Name>(['after', 'since', 'until']);

function conditionsOf(
  filter: Omit<MessageFilter, 'limit'>,
  isWanted: (name: string) => boolean,
): readonly Condition[] {
  return Object.entries(filter).flatMap(([name, value]) => {
    if (value === undefined || !isWanted(name)) return [];
    const make = makers[name as Name] as (value: unknown) => Condition;
    return [make(typeof value === 'string' ? value.replaceAll('\0', '') : value)];
  });
}

type Leg = { readonly conditions: readonly string[]; readonly readsAll: boolean };

/** One leg for every choice of ways. */
const legsOf = (conditions: readonly Condition[], firstPlace: number): readonly Leg[] =>
  conditions.reduce<readonly Leg[]>(
    (legs, [, ...ways], index) =>
      legs.flatMap((leg) =>
        ways.map(({ sql, readsAll }) => ({
          conditions: [...leg.conditions, sql(`$${firstPlace + index}`)],
          readsAll: leg.readsAll || readsAll === true,
        })),
      ),
    [{ conditions: [], readsAll: false }],
  );

/** What the legs of a list of messages `m` read FROM; values from `$2` on, `$1` is the account. */
function filterSql({ limit: _, ...filter }: MessageFilter): {
  readonly legs: readonly string[];
  readonly values: readonly unknown[];
} {
  const span = [...conditionsOf(filter, (name) => spans.has(name)), ...idBounds({ limit: 0, ...filter })];
  const rest = conditionsOf(filter, (name) => !spans.has(name));
  const isNarrow = filter.to !== undefined || filter.customId !== undefined;
  const within = ['m.account_id = $1', ...span.map(([, bound], index) => bound?.sql(`$${index + 2}`))].join(
    ' AND ',
  );
  const recent = `(SELECT * FROM message m WHERE ${within} ORDER BY m.id DESC LIMIT ${SEARCHED_MESSAGES}) m WHERE`;
  const legs = legsOf(rest, span.length + 2).map(({ conditions, readsAll }) =>
    readsAll && !isNarrow
      ? `${recent} ${conditions.join(' AND ')}`
      : `message m WHERE ${[within, ...conditions].join(' AND ')}`,
  );
  return { legs, values: [...span, ...rest].map(([value]) => value) };
}

/** Newest first. Each leg stops at the limit, so that together they read little more than the page. */
export function listSql(
  columns: string,
  accountId: string,
  filter: MessageFilter,
): { readonly text: string; readonly values: readonly unknown[] } {
  const { legs, values } = filterSql(filter);
  const page = `ORDER BY m.id DESC LIMIT $${values.length + 2}`;
  const [first, ...others] = legs.map((leg) => `SELECT m.id FROM ${leg} ${page}`);
  const from =
    others.length === 0
      ? legs[0]
      : `(${[first, ...others].map((leg) => `(${leg})`).join(' UNION ')}) found JOIN message m ON m.id = found.id AND m.account_id = $1`;
  return { text: `SELECT ${columns} FROM ${from} ${page}`, values: [accountId, ...values, filter.limit] };
}
