/** Rows of settings as values of the rules. */
import type { AddressClaim } from '@waybill/relay/domains/sender-standing';
import { given } from '@waybill/relay/given';
import type { AccountDeletion, AccountRecord } from '@waybill/relay/management/records';
import type { Credential, SigningKeyRow } from '@waybill/relay/ports';
import type { SecretBox } from '../../secrets/secret-box.ts';
import { fromRow } from '../connection/rows.ts';
import { openText, secretContexts } from './secret-context.ts';

type AccountRow = Omit<AccountRecord, 'limits' | 'smarthostUrl' | 'deletion'> & {
  readonly smarthostUrlBox: Buffer | undefined;
  readonly limitPerSecond: number | undefined;
  readonly limitPerHour: number | undefined;
  readonly limitPerDay: number | undefined;
  readonly limitPerMonth: number | undefined;
  readonly limitNewPerHour: number | undefined;
  readonly countedFrom: Date;
  readonly deletedAt: undefined;
  readonly deletionAskedAt: Date | undefined;
  readonly deletionAskedBy: string | undefined;
  readonly deletesAt: Date | undefined;
  readonly mailStoppedAt: Date | undefined;
  readonly erasedAt: undefined;
};

function deletionOf({
  deletionAskedAt,
  deletionAskedBy,
  deletesAt,
}: Pick<AccountRow, 'deletionAskedAt' | 'deletionAskedBy' | 'deletesAt'>): AccountDeletion | undefined {
  if (deletionAskedAt === undefined || deletesAt === undefined) return undefined;
  return { askedAt: deletionAskedAt, askedBy: deletionAskedBy ?? '', deletesAt };
}

/** From all columns of `account`, so that a new setting needs no line here. */
export function accountOf(row: object, box: SecretBox): AccountRecord {
  const {
    smarthostUrlBox,
    limitPerSecond,
    limitPerHour,
    limitPerDay,
    limitPerMonth,
    limitNewPerHour,
    countedFrom,
    deletedAt,
    deletionAskedAt,
    deletionAskedBy,
    deletesAt,
    mailStoppedAt,
    erasedAt,
    ...settings
  } = fromRow<AccountRow>(row);
  const deletion = deletionOf({ deletionAskedAt, deletionAskedBy, deletesAt });
  return {
    ...settings,
    // The status before comes back when the deletion is undone.
    status: deletion === undefined ? settings.status : 'deleting',
    deletion,
    smarthostUrl: openText(box, smarthostUrlBox, secretContexts.smarthostUrl(settings.id)),
    limits: given({
      perSecond: limitPerSecond,
      perHour: limitPerHour,
      perDay: limitPerDay,
      perMonth: limitPerMonth,
      newPerHour: limitNewPerHour,
    }),
  };
}

type CredentialRow = Omit<Credential, 'secretHashes' | 'cramSecret' | 'scram'> & {
  readonly secretHash: Buffer;
  /** `undefined` after the end of the rotation, by the clock of the database. */
  readonly livePreviousHash: Buffer | undefined;
  readonly secretBox: Buffer | undefined;
} & Partial<NonNullable<Credential['scram']>>;

export const credentialColumns = `c.id, c.account_id, username, stream_id, sandbox, networks, sender_domains, secret_hash,
  CASE WHEN previous_expires_at > now() THEN previous_secret_hash END AS live_previous_hash,
  CASE WHEN cram_md5 THEN secret_box END AS secret_box, scram_salt AS salt, scram_iterations AS iterations,
  scram_stored_key AS stored_key, scram_server_key AS server_key`;

export function credentialOf(row: object, box: SecretBox): Credential {
  const { secretHash, livePreviousHash, secretBox, salt, iterations, storedKey, serverKey, ...rest } =
    fromRow<CredentialRow>(row);
  return {
    ...rest,
    secretHashes: livePreviousHash ? [secretHash, livePreviousHash] : [secretHash],
    cramSecret: openText(box, secretBox, secretContexts.credentialSecret(rest.id)),
    scram:
      salt && iterations && storedKey && serverKey ? { salt, iterations, storedKey, serverKey } : undefined,
  };
}

type AddressRow = Pick<AddressClaim, 'accountId'> & { readonly status: string };

export function addressClaimOf(row: object): AddressClaim {
  const { accountId, status } = fromRow<AddressRow>(row);
  return { accountId, isProved: status !== 'unconfirmed' };
}

type KeyRow = Omit<SigningKeyRow, 'privateKeyPem'> & { readonly id: string; readonly privateKeyBox: Buffer };

export function signingKeyOf(row: object, box: SecretBox): SigningKeyRow {
  const { id, privateKeyBox, ...key } = fromRow<KeyRow>(row);
  const privateKeyPem = box.open(privateKeyBox, secretContexts.dkimPrivateKey(id)).toString('utf8');
  return { ...key, privateKeyPem };
}
