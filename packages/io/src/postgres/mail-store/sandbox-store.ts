import { setTimeout as wait } from 'node:timers/promises';
import { PLATFORM_ACCOUNT_ID } from '@waybill/relay/domains/sender-standing';
import type pg from 'pg';
import { openBatcher } from '../../concurrency/batcher.ts';
import { isConnectionTrouble as isTransient } from '../connection/connection-trouble.ts';
import type { Database } from '../connection/database.ts';
import type { Listener } from '../connection/listener.ts';
import { packBytes } from '../connection/packed-bytes.ts';
import { rowsText } from '../connection/rows.ts';
import { type AccountId, type Page, readAs } from '../connection/tenant.ts';
import { isTestSql } from './message-rows.ts';

export type SandboxCatch = {
  readonly id: string;
  readonly accountId?: string;
  readonly deliveryId?: string;
  readonly mailFrom: string;
  readonly rcptTo: string;
  readonly heloName: string;
  readonly tls?: string;
  readonly bytes: Buffer;
  readonly receivedAt: Date;
};

export type SandboxRow = {
  readonly id: string;
  readonly accountId: string | undefined;
  readonly deliveryId: string | undefined;
  readonly mailFrom: string;
  readonly rcptTo: string;
  readonly heloName: string;
  readonly tls: string | undefined;
  readonly size: number;
  readonly receivedAt: Date;
  /** The first bytes, which hold the header. */
  readonly head: Buffer;
};

/** A received message with its bytes, and the id of the sent message while that is stored. */
export type SandboxDetail = SandboxRow & { readonly bytes: Buffer; readonly messageId: string | undefined };

export type SandboxQuery = Page & {
  readonly to?: string;
  readonly deliveryId?: string;
  /** How long to wait for a message while there is none, in milliseconds. */
  readonly waitMs?: number;
} & Narrowed;

/** Restricts to messages that were sent with a test key or `sandbox: true`. */
type Narrowed = { readonly onlyTests?: true };

/** The messages that the sandbox received. `accountId` undefined: the operator, with those of every account. */
export type SandboxStore = {
  save(caught: SandboxCatch): Promise<void>;
  list(accountId: AccountId, query: SandboxQuery): Promise<readonly SandboxRow[]>;
  one(accountId: AccountId, id: string, narrowed?: Narrowed): Promise<SandboxDetail | undefined>;
  /** Deletes one message, or all of the account. Returns the number of deleted rows. */
  remove(accountId: AccountId, which?: { readonly id?: string } & Narrowed): Promise<number>;
};

const CHANNEL = 'waybill_sandbox';
const POLL_MS = 250;

const saveSql = `
  WITH kept AS (
    INSERT INTO sandbox_message (id, account_id, delivery_id, mail_from, rcpt_to, helo_name, tls, bytes, received_at)
    SELECT id, account_id, delivery_id, mail_from, rcpt_to, helo_name, tls, substring($2::bytea FROM start FOR size), received_at
    FROM jsonb_to_recordset($1::jsonb) AS t(id uuid, account_id uuid, delivery_id uuid, mail_from text, rcpt_to text,
      helo_name text, tls text, received_at timestamptz, start integer, size integer)
    ON CONFLICT (id) DO NOTHING
    RETURNING id
  )
  SELECT pg_notify('${CHANNEL}', '') FROM kept LIMIT 1`;

async function saveAll(pool: pg.Pool, catches: readonly SandboxCatch[]): Promise<readonly undefined[]> {
  const packed = packBytes(catches.map((caught) => caught.bytes));
  const rows = catches.map(({ bytes, ...caught }, index) => ({ ...caught, ...packed.places[index] }));
  await pool.query({ name: 'sandbox-save', text: saveSql, values: [rowsText(rows), packed.bytes] });
  return catches.map(() => undefined);
}

const HEAD_BYTES = 16_384;

const columns = `id, account_id, delivery_id, mail_from, rcpt_to, helo_name, tls, octet_length(bytes) AS size, received_at,
  substring(bytes FROM 1 FOR ${HEAD_BYTES}) AS head`;

const onlyTestsSql = (place: string): string => `(${place}::boolean IS NULL OR EXISTS (
  SELECT FROM delivery d JOIN message m ON m.id = d.message_id
  WHERE d.id = sandbox_message.delivery_id AND m.account_id = sandbox_message.account_id AND ${isTestSql('m')}))`;

const listSql = `
  SELECT ${columns} FROM sandbox_message
  WHERE ($1::uuid IS NULL OR account_id = $1) AND ($2::text IS NULL OR waybill_search_key(rcpt_to) = waybill_search_key($2))
    AND ($3::uuid IS NULL OR id < $3) AND ($5::uuid IS NULL OR delivery_id = $5)
    AND ($6::uuid IS NULL OR account_id IS DISTINCT FROM $6) AND ${onlyTestsSql('$7')}
  ORDER BY id DESC LIMIT $4`;

const oneSql = `
  SELECT ${columns}, bytes, (SELECT message_id FROM delivery WHERE delivery.id = sandbox_message.delivery_id) AS message_id
  FROM sandbox_message WHERE id = $2 AND ($1::uuid IS NULL OR account_id = $1)
    AND ($3::uuid IS NULL OR account_id IS DISTINCT FROM $3) AND ${onlyTestsSql('$4')}`;

/** Resolves at the next message of any account, or after a time, because a notification may be lost. */
function nextCatch(listener: Listener | undefined, milliseconds: number): Promise<unknown> {
  if (!listener) return wait(Math.min(milliseconds, POLL_MS));
  const woken = Promise.withResolvers<void>();
  const stop = listener.on(CHANNEL, () => woken.resolve());
  const timer = setTimeout(woken.resolve, Math.min(milliseconds, 4 * POLL_MS));
  return woken.promise.finally(() => {
    clearTimeout(timer);
    stop();
  });
}

export function openSandboxStore(options: {
  readonly database: Database;
  readonly listener?: Listener;
  /** Hides mail of the product itself from every reader, because only the recipient may use its links. */
  readonly hidesPlatform?: boolean;
}): SandboxStore {
  const { database } = options;
  const hidden = options.hidesPlatform ? PLATFORM_ACCOUNT_ID : undefined;
  const catches = openBatcher<SandboxCatch, void>({
    flush: (batch) => saveAll(database.pool, batch),
    maxItems: 100,
    isTransient,
    sizeOf: (caught) => caught.bytes.length,
    maxBytes: 16_777_216,
  });
  const look = async (accountId: AccountId, wanted: SandboxQuery) => {
    const { to, after, limit, deliveryId, onlyTests } = wanted;
    const query = {
      text: listSql,
      values: [accountId, to, after, limit, deliveryId, hidden, onlyTests],
    };
    return readAs<SandboxRow>(database, accountId, query);
  };
  return {
    save: (caught) => catches.add(caught),
    async list(accountId, query) {
      const end = performance.now() + (query.waitMs ?? 0);
      for (;;) {
        // LISTEN starts before the query, so that no message in between is missed.
        const left = end - performance.now();
        const next = left > 0 ? nextCatch(options.listener, left) : undefined;
        const rows = await look(accountId, query);
        if (rows.length > 0 || next === undefined) return rows;
        await next;
      }
    },
    async one(accountId, id, { onlyTests } = {}) {
      const [row] = await readAs<SandboxDetail>(database, accountId, {
        text: oneSql,
        values: [accountId, id, hidden, onlyTests],
      });
      return row;
    },
    async remove(accountId, { id, onlyTests } = {}) {
      const gone = await readAs(database, accountId, {
        text: `DELETE FROM sandbox_message
          WHERE ($1::uuid IS NULL OR account_id = $1) AND ($2::uuid IS NULL OR id = $2) AND ${onlyTestsSql('$3')} RETURNING id`,
        values: [accountId, id, onlyTests],
      });
      return gone.length;
    },
  };
}
