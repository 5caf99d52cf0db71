/** The operator's rules for management. Positions are 1, 2, 3 … after every change. */
import type { BounceRuleChange, BounceRuleRecord, NewBounceRule } from '@waybill/relay/management/records';
import type pg from 'pg';
import type { Database } from '../connection/database.ts';
import { inTransaction } from '../connection/in-transaction.ts';
import { fromRow } from '../connection/rows.ts';

const columns = 'id, position, pattern, category, party, outcome, note, created_at';
const listSql = `SELECT ${columns} FROM bounce_rule ORDER BY position, id`;

/** Two changes at once must not give two rules one position. */
const turnSql = "SELECT pg_advisory_xact_lock(hashtext('waybill_bounce_rules'))";

const saveSql = `
  INSERT INTO bounce_rule (${columns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
  ON CONFLICT (id) DO UPDATE SET pattern = excluded.pattern, category = excluded.category, party = excluded.party,
    outcome = excluded.outcome, note = excluded.note`;

const orderSql = `
  UPDATE bounce_rule SET position = wanted.position
  FROM unnest($1::uuid[]) WITH ORDINALITY AS wanted(id, position) WHERE bounce_rule.id = wanted.id AND bounce_rule.position <> wanted.position`;

const valuesOf = (rule: BounceRuleRecord): readonly unknown[] => [
  ...[rule.id, rule.position, rule.pattern, rule.category, rule.party],
  ...[rule.outcome ?? null, rule.note, rule.createdAt],
];

async function load(client: pg.Pool | pg.PoolClient): Promise<readonly BounceRuleRecord[]> {
  return (await client.query(listSql)).rows.map(fromRow<BounceRuleRecord>);
}

/** Saves the rule at its position among the others. */
async function place(client: pg.PoolClient, rule: BounceRuleRecord): Promise<BounceRuleRecord> {
  await client.query(saveSql, [...valuesOf(rule)]);
  const others = (await load(client)).filter(({ id }) => id !== rule.id).map(({ id }) => id);
  await client.query(orderSql, [others.toSpliced(rule.position - 1, 0, rule.id)]);
  const saved = (await load(client)).find(({ id }) => id === rule.id);
  if (saved === undefined) throw new Error('The rule was not saved');
  return saved;
}

const inTurn = <T>(
  database: Database,
  work: (client: pg.PoolClient, rules: readonly BounceRuleRecord[]) => Promise<T>,
): Promise<T> =>
  inTransaction(database, async (client) => {
    await client.query(turnSql);
    return work(client, await load(client));
  });

export const bounceRules = (database: Database) => ({
  list: (): Promise<readonly BounceRuleRecord[]> => load(database.pool),

  create: (rule: NewBounceRule, most: number): Promise<BounceRuleRecord | undefined> =>
    inTurn(database, async (client, rules) =>
      rules.length >= most
        ? undefined
        : place(client, { ...rule, position: rule.position ?? rules.length + 1 }),
    ),

  change: (id: string, change: BounceRuleChange): Promise<BounceRuleRecord | undefined> =>
    inTurn(database, async (client, rules) => {
      const rule = rules.find((one) => one.id === id);
      return rule && place(client, { ...rule, ...change });
    }),

  remove: (id: string): Promise<boolean> =>
    inTurn(database, async (client, rules) => {
      await client.query('DELETE FROM bounce_rule WHERE id = $1', [id]);
      await client.query(orderSql, [rules.map((one) => one.id).filter((one) => one !== id)]);
      return rules.some((one) => one.id === id);
    }),
});
