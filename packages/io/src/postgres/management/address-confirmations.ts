import type pg from 'pg';
import type { Database } from '../connection/database.ts';
import { inTransaction } from '../connection/in-transaction.ts';

/** A confirmation message to be sent. `address` is folded. */
export type NewConfirmation = {
  readonly mailId: string;
  readonly fromAddressId: string;
  readonly accountId: string;
  readonly address: string;
  readonly tokenHash: Buffer;
  readonly at: Date;
};

export type Reserved =
  | { readonly kind: 'reserved'; readonly expiresAt: Date }
  /** The mailbox has refused confirmations. */
  | { readonly kind: 'refused' }
  | { readonly kind: 'limited'; readonly by: 'address' | 'account'; readonly retryAt: Date };

/** The content of the confirmation page. */
export type PendingConfirmation = {
  readonly fromAddressId: string;
  readonly accountId: string;
  readonly accountName: string;
  readonly address: string;
};

/** The advisory lock of all reservations, because the limits apply over accounts. Confirmations are few. */
const LOCK = 7_283_041_965;
const DAY_MS = 86_400_000;
const MAILS_PER_ACCOUNT = 10;

/** A link is valid as long as the limit of the address lasts. */
const CONFIRMATION_HOURS = 24;

const after = (time: Date, milliseconds: number): Date => new Date(time.getTime() + milliseconds);

async function limitOf(
  client: pg.PoolClient,
  { accountId, address, at }: NewConfirmation,
): Promise<Reserved | undefined> {
  const dayAgo = after(at, -DAY_MS);
  const refused = await client.query('SELECT FROM confirmation_refusal WHERE address = $1', [address]);
  if (refused.rowCount !== 0) return { kind: 'refused' };
  const { rows: mailed } = await client.query<{ last: Date | null }>(
    'SELECT max(mailed_at) AS last FROM confirmation_mail WHERE address = $1 AND mailed_at > $2',
    [address, dayAgo],
  );
  const last = mailed[0]?.last ?? undefined;
  if (last !== undefined) return { kind: 'limited', by: 'address', retryAt: after(last, DAY_MS) };
  // The tenth newest. When it is a day old, one more is allowed.
  const { rows: ofAccount } = await client.query<{ mailed_at: Date }>(
    'SELECT mailed_at FROM confirmation_mail WHERE account_id = $1 AND mailed_at > $2 ORDER BY mailed_at DESC OFFSET $3 LIMIT 1',
    [accountId, dayAgo, MAILS_PER_ACCOUNT - 1],
  );
  const tenth = ofAccount[0]?.mailed_at;
  return tenth && { kind: 'limited', by: 'account', retryAt: after(tenth, DAY_MS) };
}

async function reserveLocked(client: pg.PoolClient, mail: NewConfirmation): Promise<Reserved> {
  const { mailId, fromAddressId, accountId, address, tokenHash, at } = mail;
  await client.query('SELECT pg_advisory_xact_lock($1)', [LOCK]);
  const no = await limitOf(client, mail);
  if (no !== undefined) return no;
  await client.query('DELETE FROM confirmation_mail WHERE mailed_at < $1', [after(at, -2 * DAY_MS)]);
  await client.query(
    'INSERT INTO confirmation_mail (id, account_id, address, mailed_at) VALUES ($1, $2, $3, $4)',
    [mailId, accountId, address, at],
  );
  const expiresAt = after(at, CONFIRMATION_HOURS * 3_600_000);
  await client.query(
    'UPDATE from_address SET token_hash = $3, token_expires_at = $4 WHERE id = $1 AND account_id = $2',
    [fromAddressId, accountId, tokenHash, expiresAt],
  );
  return { kind: 'reserved', expiresAt };
}

const pendingSql = `
  SELECT f.id AS "fromAddressId", f.account_id AS "accountId", account.name AS "accountName", f.address
  FROM from_address f JOIN account ON account.id = f.account_id
  WHERE f.token_hash = $1 AND f.token_expires_at > $2 AND deleted_at IS NULL`;

/** Confirmations of all accounts, because a link needs no login. A token is found by its hash and works once. */
export const addressConfirmations = (database: Database) => ({
  /** Reserves one message in the limits and makes its token the only valid one. Returns the reason when it cannot. */
  reserve: (mail: NewConfirmation): Promise<Reserved> =>
    inTransaction(database, (client) => reserveLocked(client, mail)),

  /** Removes the reservation of a message that was not accepted. */
  async release({ mailId, tokenHash }: Pick<NewConfirmation, 'mailId' | 'tokenHash'>): Promise<void> {
    await database.pool.query('DELETE FROM confirmation_mail WHERE id = $1', [mailId]);
    await database.pool.query(
      'UPDATE from_address SET token_hash = NULL, token_expires_at = NULL WHERE token_hash = $1',
      [tokenHash],
    );
  },

  /** The pending confirmation of a valid link. Changes nothing, because mail scanners open links. */
  async pending(tokenHash: Buffer, now: Date): Promise<PendingConfirmation | undefined> {
    return (await database.pool.query<PendingConfirmation>(pendingSql, [tokenHash, now])).rows[0];
  },

  /** Confirms the address. `false`: the token was used or replaced, or is too old. One of two concurrent calls returns `true`. */
  async confirm(tokenHash: Buffer, now: Date): Promise<boolean> {
    const { rowCount } = await database.pool.query(
      `UPDATE from_address SET status = 'confirmed', status_changed_at = $2, token_hash = NULL, token_expires_at = NULL
       WHERE token_hash = $1 AND token_expires_at > $2`,
      [tokenHash, now],
    );
    return rowCount === 1;
  },

  /** The mailbox refuses: the token becomes invalid, and no account can send a confirmation to this address again. */
  refuse: (
    tokenHash: Buffer,
    { address, now }: { readonly address: string; readonly now: Date },
  ): Promise<boolean> =>
    inTransaction(database, async (client) => {
      const { rowCount } = await client.query(
        'UPDATE from_address SET token_hash = NULL, token_expires_at = NULL WHERE token_hash = $1 AND token_expires_at > $2',
        [tokenHash, now],
      );
      if (rowCount !== 1) return false;
      await client.query(
        'INSERT INTO confirmation_refusal (address, refused_at) VALUES ($1, $2) ON CONFLICT (address) DO NOTHING',
        [address, now],
      );
      return true;
    }),
});
