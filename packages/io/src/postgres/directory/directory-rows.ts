import type { AddressClaim } from '@waybill/relay/domains/sender-standing';
import type { Account, Credential, SigningKeyRow, Stream, SubmittingKey } from '@waybill/relay/ports';
import type { NetworkMatch } from '@waybill/relay/resolve-account';
import type { SecretBox } from '../../secrets/secret-box.ts';
import { openText, secretContexts } from './secret-context.ts';

/** Rows of settings, and their mapping to the types of the rules. */
export type AccountRow = {
  readonly id: string;
  readonly name: string;
  readonly status: Account['status'];
  readonly sender_policy: Account['senderPolicy'];
  readonly suppressed_recipients: Account['suppressedRecipients'];
  readonly bare_line_endings: Account['bareLineEndings'];
  readonly track_opens: boolean;
  readonly track_clicks: Account['trackClicks'];
  readonly hide_client_ip: boolean;
  readonly delivery_mode: Account['deliveryMode'] | null;
  readonly smarthost_url_box: Buffer | null;
  readonly max_message_bytes: number | null;
  readonly max_recipients: number | null;
  readonly limit_per_second: number | null;
  readonly limit_per_hour: number | null;
  readonly limit_per_day: number | null;
  readonly limit_per_month: number | null;
};

const limitsOf = (row: AccountRow): Account['limits'] => ({
  ...(row.limit_per_second === null ? {} : { perSecond: row.limit_per_second }),
  ...(row.limit_per_hour === null ? {} : { perHour: row.limit_per_hour }),
  ...(row.limit_per_day === null ? {} : { perDay: row.limit_per_day }),
  ...(row.limit_per_month === null ? {} : { perMonth: row.limit_per_month }),
});

export const accountOf = (row: AccountRow, box: SecretBox): Account => ({
  id: row.id,
  name: row.name,
  status: row.status,
  senderPolicy: row.sender_policy,
  suppressedRecipients: row.suppressed_recipients,
  bareLineEndings: row.bare_line_endings,
  trackOpens: row.track_opens,
  trackClicks: row.track_clicks,
  hideClientIp: row.hide_client_ip,
  deliveryMode: row.delivery_mode ?? undefined,
  smarthostUrl: openText(box, row.smarthost_url_box, secretContexts.smarthostUrl(row.id)),
  maxMessageBytes: row.max_message_bytes ?? undefined,
  maxRecipients: row.max_recipients ?? undefined,
  limits: limitsOf(row),
});

export type StreamRow = {
  readonly id: string;
  readonly account_id: string;
  readonly name: string;
  readonly is_default: boolean;
  readonly track_opens: boolean;
  readonly track_clicks: Stream['trackClicks'];
  readonly list_unsubscribe: boolean;
  readonly expiry_minutes: number;
  readonly unknown_policy: Stream['unknownPolicy'];
};

export const streamOf = (row: StreamRow): Stream => ({
  id: row.id,
  accountId: row.account_id,
  name: row.name,
  isDefault: row.is_default,
  trackOpens: row.track_opens,
  trackClicks: row.track_clicks,
  listUnsubscribe: row.list_unsubscribe,
  expiryMinutes: row.expiry_minutes,
  unknownPolicy: row.unknown_policy,
});

export type CredentialRow = {
  readonly id: string;
  readonly account_id: string;
  readonly username: string;
  readonly secret_hash: Buffer;
  /** Null after the end of the rotation, by the clock of the database. */
  readonly live_previous_hash: Buffer | null;
  readonly cram_md5: boolean;
  readonly secret_box: Buffer | null;
  readonly scram_salt: Buffer | null;
  readonly scram_iterations: number | null;
  readonly scram_stored_key: Buffer | null;
  readonly scram_server_key: Buffer | null;
  readonly stream_id: string | null;
  readonly sandbox: boolean;
  readonly networks: readonly string[];
  readonly sender_domains: readonly string[];
};

function scramOf(row: CredentialRow): Credential['scram'] {
  const { scram_salt: salt, scram_iterations: iterations } = row;
  const { scram_stored_key: storedKey, scram_server_key: serverKey } = row;
  if (salt === null || iterations === null || storedKey === null || serverKey === null) return undefined;
  return { salt, iterations, storedKey, serverKey };
}

export const credentialOf = (row: CredentialRow, box: SecretBox): Credential => ({
  id: row.id,
  accountId: row.account_id,
  username: row.username,
  secretHashes: [row.secret_hash, ...(row.live_previous_hash === null ? [] : [row.live_previous_hash])],
  cramSecret: row.cram_md5
    ? openText(box, row.secret_box, secretContexts.credentialSecret(row.id))
    : undefined,
  scram: scramOf(row),
  streamId: row.stream_id ?? undefined,
  sandbox: row.sandbox,
  networks: row.networks,
  senderDomains: row.sender_domains,
});

export type SubmittingKeyRow = {
  readonly kind: SubmittingKey['kind'];
  readonly revoked_at: Date | null;
  readonly pending_mail: SubmittingKey['pending'];
  readonly expires_at: Date | null;
};

export const submittingKeyOf = (row: SubmittingKeyRow): SubmittingKey => ({
  kind: row.kind,
  revokedAt: row.revoked_at ?? undefined,
  pending: row.pending_mail,
  expiresAt: row.expires_at ?? undefined,
});

export type NetworkRow = {
  readonly id: string;
  readonly cidr: string;
  readonly prefix_length: number;
  readonly account_id: string | null;
  readonly shared: boolean;
};

export const networkOf = (row: NetworkRow): NetworkMatch => ({
  networkId: row.id,
  cidr: row.cidr,
  prefixLength: row.prefix_length,
  accountId: row.account_id ?? undefined,
  shared: row.shared,
});

export type AddressClaimRow = {
  readonly account_id: string;
  readonly status: 'unconfirmed' | 'confirmed' | 'vouched';
};

export const addressClaimOf = (row: AddressClaimRow): AddressClaim => ({
  accountId: row.account_id,
  isProved: row.status !== 'unconfirmed',
});

export type KeyRow = {
  readonly id: string;
  readonly domain: string;
  readonly selector: string;
  readonly algorithm: SigningKeyRow['algorithm'];
  readonly private_key_box: Buffer;
};

export const signingKeyOf = (row: KeyRow, box: SecretBox): SigningKeyRow => ({
  domain: row.domain,
  selector: row.selector,
  algorithm: row.algorithm,
  privateKeyPem: box.open(row.private_key_box, secretContexts.dkimPrivateKey(row.id)).toString('utf8'),
});
