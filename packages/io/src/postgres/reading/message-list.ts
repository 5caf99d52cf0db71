import { type Condition, idBounds, type MessagePageQuery, makers } from './message-filter.ts';

/** The number of messages that a list reads for a condition without an index. The next page continues below them. */
export const SEARCHED_MESSAGES = 10_000;

type Name = keyof typeof makers;
/** Each of these conditions selects so few messages that the others need no limit. */
const narrow = [
  'to',
  'customId',
  'id',
  'deliveryId',
  'attemptId',
  'eventId',
] as const satisfies readonly Name[];
const spans: ReadonlySet<string> = new Set<Name>(['after', 'before', 'since', 'until']);

function conditionsOf(
  filter: Omit<MessagePageQuery, 'limit'>,
  isWanted: (name: string) => boolean,
): readonly Condition[] {
  return Object.entries(filter).flatMap(([name, value]) => {
    if (value === undefined || !isWanted(name)) return [];
    const make = makers[name as Name] as (value: unknown) => Condition;
    return [make(typeof value === 'string' ? value.replaceAll('\0', '') : value)];
  });
}

type Leg = { readonly conditions: readonly string[]; readonly readsAll: boolean };

/** One part of the UNION for every combination of alternatives. */
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

type Query = { readonly text: string; readonly values: readonly unknown[] };

export type ListQuery = {
  readonly page: Query;
  /** Finds the last message that was read for a page that is not full. No row: all messages were read. */
  readonly end: Query | undefined;
};

/** The parts of a list of messages `m`. `$1` is the account; values start at `$2`. */
function legsOfList({ limit: _, ...filter }: MessagePageQuery) {
  const span = [...conditionsOf(filter, (name) => spans.has(name)), ...idBounds(filter)];
  const rest = conditionsOf(filter, (name) => !spans.has(name));
  const isNarrow = narrow.some((name) => filter[name] !== undefined);
  const within = ['m.account_id = $1', ...span.map(([, bound], index) => bound?.sql(`$${index + 2}`))].join(
    ' AND ',
  );
  const order = `ORDER BY m.id${filter.before === undefined ? ' DESC' : ''}`;
  const recent = `(SELECT * FROM message m WHERE ${within} ${order} LIMIT ${SEARCHED_MESSAGES}) m WHERE`;
  const isSearch = (leg: Leg): boolean => leg.readsAll && !isNarrow;
  const legs = legsOf(rest, span.length + 2);
  const givenValue = ([value]: Condition): unknown => value;
  return {
    legs: legs.map((leg) =>
      isSearch(leg)
        ? `${recent} ${leg.conditions.join(' AND ')}`
        : `message m WHERE ${[within, ...leg.conditions].join(' AND ')}`,
    ),
    values: [...span, ...rest].map(givenValue),
    order,
    searched: legs.some(isSearch) ? { within, values: span.map(givenValue) } : undefined,
  };
}

/** Newest first, or from `before` upwards. Each part stops at the limit, so that together they read little more than the page. */
export function listSql(columns: string, accountId: string, filter: MessagePageQuery): ListQuery {
  const { legs, values, order, searched } = legsOfList(filter);
  const page = `${order} LIMIT $${values.length + 2}`;
  const [first, ...others] = legs.map((leg) => `SELECT m.id FROM ${leg} ${page}`);
  const from =
    others.length === 0
      ? legs[0]
      : `(${[first, ...others].map((leg) => `(${leg})`).join(' UNION ')}) found JOIN message m ON m.id = found.id AND m.account_id = $1`;
  return {
    page: { text: `SELECT ${columns} FROM ${from} ${page}`, values: [accountId, ...values, filter.limit] },
    end: searched && {
      text: `SELECT m.id FROM message m WHERE ${searched.within} ${order} OFFSET ${SEARCHED_MESSAGES - 1} LIMIT 1`,
      values: [accountId, ...searched.values],
    },
  };
}
