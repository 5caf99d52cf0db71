import { randomBytes } from 'node:crypto';
import { deriveScramKeys } from '@waybill/mail/login/scram';
import type { OwnLimits } from '@waybill/relay/limits/sending-limits';
import type {
  NewSmtpCredential,
  Revocation,
  SmtpCredentialRecord,
  SmtpCredentialSettings,
} from '@waybill/relay/management/records';
import { secretHashOf } from '../../secrets/generated-secret.ts';
import type { SecretBox } from '../../secrets/secret-box.ts';
import type { Database } from '../connection/database.ts';
import { orTaken } from '../connection/taken.ts';
import { asAccount, below, bytes, newestFirst, type Page, withNulls } from '../connection/tenant.ts';
import { sealText, secretContexts } from '../directory/secret-context.ts';
import type { SmtpCredential as Row } from '../generated/client.ts';
import { revocationColumns } from './revocation.ts';

const recordOf = (row: Row): SmtpCredentialRecord => ({
  id: row.id,
  accountId: row.accountId,
  username: row.username,
  name: row.name,
  streamId: row.streamId ?? undefined,
  cramMd5: row.cramMd5,
  sandbox: row.sandbox,
  networks: row.networks,
  senderDomains: row.senderDomains,
  certificateFingerprints: row.certificateFingerprints,
  limits: row.limits as OwnLimits,
  createdAt: row.createdAt,
  previousExpiresAt: row.previousExpiresAt ?? undefined,
  lastUsedAt: row.lastUsedAt ?? undefined,
  lastUsedIp: row.lastUsedIp ?? undefined,
});

const settingColumns = ({ streamId, ...settings }: SmtpCredentialSettings) => {
  const { networks, senderDomains, certificateFingerprints, ...rest } = settings;
  return {
    ...rest,
    ...(streamId === undefined ? {} : { streamId }),
    ...(networks && { networks: [...networks] }),
    ...(senderDomains && { senderDomains: [...senderDomains] }),
    ...(certificateFingerprints && { certificateFingerprints: [...certificateFingerprints] }),
  };
};

/** The stored columns of a secret: its hash, its SCRAM keys, and for CRAM-MD5 only the encrypted secret. */
function secretColumns(
  box: SecretBox,
  secret: string,
  credential: { readonly id: string; readonly cramMd5: boolean },
) {
  const salt = randomBytes(16);
  const scram = deriveScramKeys(secret, salt);
  return {
    secretHash: bytes(secretHashOf(secret)),
    scramSalt: bytes(salt),
    scramIterations: scram.iterations,
    scramStoredKey: bytes(scram.storedKey),
    scramServerKey: bytes(scram.serverKey),
    ...(credential.cramMd5
      ? { secretBox: bytes(sealText(box, secret, secretContexts.credentialSecret(credential.id))) }
      : {}),
  };
}

type Rotation = { readonly secret: string; readonly graceUntil: Date };

/** Rotates the secret. The old one stays valid for PLAIN and LOGIN until `graceUntil`; SCRAM and CRAM-MD5 accept only the new one. */
const rotate = (
  { database, box }: { readonly database: Database; readonly box: SecretBox },
  { accountId, id }: { readonly accountId: string; readonly id: string },
  { secret, graceUntil }: Rotation,
): Promise<SmtpCredentialRecord | undefined> =>
  asAccount(database, accountId, async (tx) => {
    const row = await tx.smtpCredential.findFirst({ where: { accountId, id, revokedAt: null } });
    if (!row) return undefined;
    const changed = await tx.smtpCredential.update({
      where: { id, accountId },
      data: {
        ...secretColumns(box, secret, row),
        previousSecretHash: row.secretHash,
        previousExpiresAt: graceUntil,
      },
    });
    return recordOf(changed);
  });

export const smtpCredentials = (database: Database, box: SecretBox) => {
  return {
    create(accountId: string, credential: NewSmtpCredential): Promise<SmtpCredentialRecord> {
      const { id, username, name, secret, cramMd5 = false, createdAt, ...settings } = credential;
      const fixed = { id, accountId, username, name, cramMd5, createdAt };
      return orTaken(
        asAccount(database, accountId, async (tx) =>
          recordOf(
            await tx.smtpCredential.create({
              data: { ...settingColumns(settings), ...fixed, ...secretColumns(box, secret, fixed) },
            }),
          ),
        ),
      );
    },

    list: (accountId: string, page: Page): Promise<readonly SmtpCredentialRecord[]> =>
      asAccount(database, accountId, async (tx) =>
        (
          await tx.smtpCredential.findMany({
            where: { accountId, revokedAt: null, ...below(page) },
            ...newestFirst(page),
          })
        ).map(recordOf),
      ),

    one: (accountId: string, id: string): Promise<SmtpCredentialRecord | undefined> =>
      asAccount(database, accountId, async (tx) => {
        const row = await tx.smtpCredential.findFirst({ where: { accountId, id, revokedAt: null } });
        return row ? recordOf(row) : undefined;
      }),

    change: (
      accountId: string,
      id: string,
      settings: SmtpCredentialSettings,
    ): Promise<SmtpCredentialRecord | undefined> =>
      orTaken(
        asAccount(database, accountId, async (tx) => {
          const stream = 'streamId' in settings ? withNulls({ streamId: settings.streamId }) : {};
          const data = { ...settingColumns(settings), ...stream };
          await tx.smtpCredential.updateMany({ where: { accountId, id, revokedAt: null }, data });
          const row = await tx.smtpCredential.findFirst({ where: { accountId, id, revokedAt: null } });
          return row ? recordOf(row) : undefined;
        }),
      ),

    rotate: (accountId: string, id: string, to: Rotation) => rotate({ database, box }, { accountId, id }, to),

    revoke: (accountId: string, id: string, revocation: Revocation): Promise<boolean> =>
      asAccount(database, accountId, async (tx) => {
        const where = { accountId, id, revokedAt: null };
        const data = { ...revocationColumns(revocation), secretBox: null, certificateFingerprints: [] };
        return (await tx.smtpCredential.updateMany({ where, data })).count > 0;
      }),
  };
};
