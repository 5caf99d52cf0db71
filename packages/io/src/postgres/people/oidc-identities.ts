import type { OidcIdentity, OidcStore } from '@waybill/relay/people/oidc';
import type { Database } from '../connection/database.ts';
import { fromRow } from '../connection/rows.ts';
import { orTaken } from '../connection/taken.ts';

export const oidcIdentities = ({ pool }: Pick<Database, 'pool'>): OidcStore => {
  const one = async (text: string, values: readonly string[]): Promise<OidcIdentity | undefined> => {
    const { rows } = await pool.query(text, values as string[]);
    return rows[0] && fromRow<OidcIdentity>(rows[0]);
  };
  return {
    ofUser: (userId, issuer) =>
      one('SELECT * FROM oidc_identity WHERE user_id = $1 AND issuer = $2', [userId, issuer]),
    find: (issuer, subject) =>
      one('SELECT * FROM oidc_identity WHERE issuer = $1 AND subject = $2', [issuer, subject]),
    async link({ issuer, subject, userId, createdAt }) {
      const text = 'INSERT INTO oidc_identity (issuer, subject, user_id, created_at) VALUES ($1, $2, $3, $4)';
      await orTaken(pool.query(text, [issuer, subject, userId, createdAt]));
    },
    async noteUse(issuer, subject, at) {
      const text = 'UPDATE oidc_identity SET last_used_at = $3 WHERE issuer = $1 AND subject = $2';
      await pool.query(text, [issuer, subject, at]);
    },
    async unlink(userId, issuer) {
      const text = 'DELETE FROM oidc_identity WHERE user_id = $1 AND issuer = $2';
      return (await pool.query(text, [userId, issuer])).rowCount === 1;
    },
  };
};
