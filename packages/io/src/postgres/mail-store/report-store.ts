import type { Database } from '../connection/database.ts';
import { jsonText } from '../connection/json-text.ts';

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

type Row = {
  readonly id: string;
  readonly bytes: Buffer;
  readonly received_at: Date;
  readonly delivery_id: string | null;
  readonly account_id: string | null;
  readonly kind: StoredReport['kind'];
  readonly detail: StoredReport['detail'];
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
    const { rows } = await pool.query<Row>(
      'SELECT id, bytes, received_at, delivery_id, account_id, kind, detail FROM report WHERE id = $1',
      [id],
    );
    const [row] = rows;
    if (!row) return undefined;
    return {
      id: row.id,
      bytes: row.bytes,
      receivedAt: row.received_at,
      deliveryId: row.delivery_id ?? undefined,
      accountId: row.account_id ?? undefined,
      kind: row.kind,
      detail: row.detail,
    };
  },
  async finish(id, { kind, detail, deliveryId, accountId }) {
    await pool.query(finishSql, [id, kind, jsonText(detail), deliveryId, accountId]);
  },
});
