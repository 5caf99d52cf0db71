/**
 * Statements on the partition of one week. A statement on the whole table opens and locks every partition before it reads a row,
 * which costs several times the read. The hot path knows the week of its rows, because their ids hold the time (RFC 9562 §5.7).
 */
import { timeOfId } from '@waybill/relay/id';
import type pg from 'pg';

/** `@message` stands for the partition of the table `message`, with `message` as its alias. */
export type WeeklyStatement = { readonly name: string; readonly text: string };

/** Monday 00:00 UTC of a week in the form of partition names, `YYYYMMDD`. Empty: the week can have no partition. */
export type Week = string;

export type Weekly = {
  /** Runs a prepared statement on the partitions of the week, or on the whole tables when the week has none. */
  run<Row extends pg.QueryResultRow>(
    statement: WeeklyStatement,
    week: Week,
    values: readonly unknown[],
  ): Promise<pg.QueryResult<Row>>;
};

const DAY_MS = 86_400_000;
/** 1970-01-01 was a Thursday. */
const DAYS_SINCE_MONDAY = 3;
/** How long the result that a week has no partitions is cached, in milliseconds. */
const ABSENT_MS = 60_000;
const UNDEFINED_TABLE = '42P01';

/** An id that is no UUIDv7 may contain a year of five digits. */
const named = (monday: number): Week => {
  const day = new Date(monday * DAY_MS).toISOString().slice(0, 10).replaceAll('-', '');
  return /^\d{8}$/.test(day) ? day : '';
};

export function weekOf(id: string): Week {
  const day = Math.floor(timeOfId(id).getTime() / DAY_MS);
  const monday = day - ((day + DAYS_SINCE_MONDAY) % 7);
  return named(monday);
}

const textFor = (text: string, suffix: string): string =>
  text.replace(/@(\w+)/g, (_, table: string) => `${table}${suffix} AS ${table}`);

const isUndefinedTable = (error: unknown): boolean =>
  (error as { code?: unknown } | undefined)?.code === UNDEFINED_TABLE;

export function openWeekly(pool: pg.Pool, now: () => number = Date.now): Weekly {
  const absent = new Map<Week, number>();

  const query = <Row extends pg.QueryResultRow>(
    { name, text }: WeeklyStatement,
    suffix: string,
    values: readonly unknown[],
  ): Promise<pg.QueryResult<Row>> => {
    return pool.query<Row>({
      name: `${name}${suffix}`,
      text: textFor(text, suffix),
      values: [...values],
    });
  };

  return {
    async run(statement, week, values) {
      const isAbsent = now() - (absent.get(week) ?? Number.NEGATIVE_INFINITY) < ABSENT_MS;
      if (week === '' || isAbsent) return query(statement, '', values);
      try {
        return await query(statement, `_w${week}`, values);
      } catch (error) {
        if (!isUndefinedTable(error)) throw error;
        absent.set(week, now());
        return query(statement, '', values);
      }
    },
  };
}

type Batch<Item, Result> = (weekly: Weekly, items: readonly Item[]) => Promise<readonly Result[]>;

/** Runs a batch week by week, nearly always once. Results are in the order of the items. Each week saves all of its items or none. */
export const inWeeks =
  <Item, Result>(
    idOf: (item: Item) => string,
    run: (weekly: Weekly, week: Week, items: readonly Item[]) => Promise<readonly Result[]>,
  ): Batch<Item, Result> =>
  async (weekly, items) => {
    const weeks = Map.groupBy(items.keys(), (index) => weekOf(idOf(items[index] as Item)));
    const results: Result[] = [];
    for (const [week, places] of weeks) {
      const ofWeek = places.map((place) => items[place] as Item);
      const answers = await run(weekly, week, ofWeek);
      for (const [index, place] of places.entries()) results[place] = answers[index] as Result;
    }
    return results;
  };
