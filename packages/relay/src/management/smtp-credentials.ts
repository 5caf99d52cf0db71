import { encodeBase32 } from '@waybill/mail/base32';
import { publicId } from '../id.ts';
import { audit, type Caller, newId } from './audit.ts';
import { found, requireDone } from './found.ts';
import { requireChangeWithin, requireWithin, submitting } from './key-rights.ts';
import { isoOrNull, orNull } from './or-null.ts';
import { type LimitsPatch, limitsAfter, limitsView } from './own-limits.ts';
import { accountOf, type Rights } from './principal.ts';
import type { Revocation, SmtpCredentialRecord, SmtpCredentialSettings } from './records.ts';
import type { Ports } from './stores.ts';
import { requireStreams } from './streams.ts';

type CredentialPorts = Ports<'accounts' | 'smtpCredentials' | 'streams'>;

export type SecretPorts = CredentialPorts & { readonly makeSmtpSecret: () => { readonly text: string } };

export const credentialView = (row: SmtpCredentialRecord) => ({
  id: publicId('cred', row.id),
  name: row.name,
  username: row.username,
  stream_id: row.streamId === undefined ? null : publicId('str', row.streamId),
  cram_md5: row.cramMd5,
  sandbox: row.sandbox,
  networks: [...row.networks],
  sender_domains: [...row.senderDomains],
  certificate_fingerprints: [...row.certificateFingerprints],
  limits: limitsView(row.limits),
  created_at: row.createdAt.toISOString(),
  last_used_at: isoOrNull(row.lastUsedAt),
  last_used_ip: orNull(row.lastUsedIp),
});

/** For the audit log: that there is a new secret, and when the old one expires. Never the secret itself. */
const secretView = (row: SmtpCredentialRecord) => ({
  secret: '[secret]',
  previous_secret_expires_at: isoOrNull(row.previousExpiresAt),
});

type Weighed = Partial<Pick<SmtpCredentialRecord, 'sandbox' | 'networks' | 'senderDomains' | 'limits'>>;

/** What a credential may do. */
const rightsOf = (
  { sandbox, networks = [], senderDomains = [], limits = {} }: Weighed,
  id?: string,
): Rights => ({
  ...submitting,
  ...(id === undefined ? {} : { id }),
  kind: sandbox ? 'test' : 'live',
  networks,
  senderDomains,
  limits,
});

/** The secret is shown once. */
type MadeCredential = { readonly row: SmtpCredentialRecord; readonly secret: string };

export type AskedCredential = {
  readonly name: string;
  /** User names that are generated reveal nothing about their account. */
  readonly username: string | undefined;
  readonly cramMd5: boolean;
  readonly settings: AskedSettings;
};

/** The settings of a request. */
type AskedSettings = Omit<SmtpCredentialSettings, 'limits'> & { readonly limits?: LimitsPatch | undefined };

export async function createCredential(
  { name, username, cramMd5, settings }: AskedCredential,
  caller: Caller,
  ports: SecretPorts,
): Promise<MadeCredential> {
  const accountId = accountOf(caller);
  await requireStreams([settings.streamId], accountId, ports);
  const limits = await limitsAfter({ patch: settings.limits }, accountId, ports);
  const { limits: _asked, ...others } = settings;
  requireWithin(caller, rightsOf({ ...others, ...limits }));
  const { text: secret } = ports.makeSmtpSecret();
  const row = await ports.stores.smtpCredentials.create(accountId, {
    ...others,
    ...limits,
    id: newId(ports),
    name,
    username: username ?? `wb-${encodeBase32(ports.random(10))}`,
    secret,
    cramMd5,
    createdAt: ports.now(),
  });
  const after = credentialView(row);
  await audit(caller, { action: 'smtp_credential.created', target: after.id, after }, ports);
  return { row, secret };
}

/** A certificate logs in without the secret, so to add one is as much as to learn the secret. */
function requireMayChange(
  caller: Caller,
  current: SmtpCredentialRecord,
  settings: SmtpCredentialSettings,
): void {
  const after = rightsOf({ ...current, ...settings }, current.id);
  const known = current.certificateFingerprints;
  if (settings.certificateFingerprints?.some((one) => !known.includes(one))) requireWithin(caller, after);
  else requireChangeWithin(caller, { before: rightsOf(current, current.id), after });
}

export async function changeCredential(
  { id, settings: asked }: { readonly id: string; readonly settings: AskedSettings },
  caller: Caller,
  ports: CredentialPorts,
): Promise<SmtpCredentialRecord> {
  const { smtpCredentials } = ports.stores;
  const accountId = accountOf(caller);
  const { limits: patch, ...settings } = asked;
  await requireStreams([settings.streamId], accountId, ports);
  const current = found(await smtpCredentials.one(accountId, id));
  const limits = await limitsAfter({ before: current.limits, patch }, accountId, ports);
  requireMayChange(caller, current, { ...settings, ...limits });
  const before = credentialView(current);
  const row = found(await smtpCredentials.change(accountId, id, { ...settings, ...limits }));
  const change = { action: 'smtp_credential.changed', target: before.id, before, after: credentialView(row) };
  await audit(caller, change, ports);
  return row;
}

/** The old secret stays valid for `graceMs`. */
export async function rotateCredential(
  { id, graceMs }: { readonly id: string; readonly graceMs: number },
  caller: Caller,
  ports: SecretPorts,
): Promise<MadeCredential> {
  const { smtpCredentials } = ports.stores;
  const accountId = accountOf(caller);
  const current = found(await smtpCredentials.one(accountId, id));
  requireWithin(caller, rightsOf(current, id));
  const { text: secret } = ports.makeSmtpSecret();
  const graceUntil = new Date(ports.now().getTime() + graceMs);
  const before = secretView(current);
  const row = found(await smtpCredentials.rotate(accountId, id, { secret, graceUntil }));
  const target = publicId('cred', id);
  const change = { action: 'smtp_credential.rotated', target, before, after: secretView(row) };
  await audit(caller, { ...change, masked: ['secret'] }, ports);
  return { row, secret };
}

export async function revokeCredential(
  { id, pending }: { readonly id: string } & Pick<Revocation, 'pending'>,
  caller: Caller,
  ports: CredentialPorts,
): Promise<void> {
  const { smtpCredentials } = ports.stores;
  const accountId = accountOf(caller);
  const before = credentialView(found(await smtpCredentials.one(accountId, id)));
  const revocation = { at: ports.now(), ...(pending === undefined ? {} : { pending }) };
  requireDone(await smtpCredentials.revoke(accountId, id, revocation));
  await audit(caller, { action: 'smtp_credential.revoked', target: before.id, before }, ports);
}
