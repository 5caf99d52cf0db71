import type { Database } from '../connection/database.ts';
import { jsonText } from '../connection/json-text.ts';
import { fromRow } from '../connection/rows.ts';

export type IncomingReport = {
  readonly id: string;
  readonly bytes: Buffer;
  readonly receivedAt: Date;
  readonly deliveryId?: string;
  readonly accountId?: string;
  readonly detail?: Readonly<Record<string, unknown>>;
};

export type ReportKind = 'dsn' | 'feedback' | 'other';

export type StoredReport = {
  readonly id: string;
  readonly bytes: Buffer;
  readonly receivedAt: Date;
  readonly deliveryId: string | undefined;
  readonly accountId: string | undefined;
  readonly kind: ReportKind | 'unread';
  readonly detail: Readonly<Record<string, unknown>>;
};

export type ReportReading = {
  readonly kind: ReportKind;
  readonly detail: Readonly<Record<string, unknown>>;
  readonly deliveryId?: string;
  readonly accountId?: string;
};

export type ReportStore = {
  /** Saves a report once. Resolves after COMMIT; then the return-path listener replies 250. */
  save(report: IncomingReport): Promise<void>;
  load(id: string): Promise<StoredReport | undefined>;
  /** Saves the classification of a report and ends its processing. */
  finish(id: string, reading: ReportReading): Promise<void>;
};

const GRACE_MS = 30_000;

const saveSql = `
  INSERT INTO report (id, bytes, received_at, delivery_id, account_id, detail, next_action_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7)
  ON CONFLICT (id) DO NOTHING`;

/** Keeps the values from the return path that the classification does not name. */
const finishSql = `
  UPDATE report SET kind = $2, detail = detail || $3::jsonb, next_action_at = NULL,
    delivery_id = coalesce($4, delivery_id), account_id = coalesce($5, account_id)
  WHERE id = $1`;

export const reportStore = ({ pool }: Database): ReportStore => ({
  async save({ id, bytes, receivedAt, deliveryId, accountId, detail = {} }) {
    const sweepAt = new Date(receivedAt.getTime() + GRACE_MS);
    await pool.query(saveSql, [id, bytes, receivedAt, deliveryId, accountId, jsonText(detail), sweepAt]);
  },
  async load(id) {
    const { rows } = await pool.query(
      'SELECT id, bytes, received_at, delivery_id, account_id, kind, detail FROM report WHERE id = $1',
      [id],
    );
    return rows[0] && fromRow(rows[0]);
  },
  async finish(id, { kind, detail, deliveryId, accountId }) {
    await pool.query(finishSql, [id, kind, jsonText(detail), deliveryId, accountId]);
  },
});
