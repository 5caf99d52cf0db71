/** Keys of the HTTP API: those of an account, and those of the operator. */
import { publicId } from '../id.ts';
import type { OwnLimits } from '../limits/sending-limits.ts';
import { Refusal } from '../refusal.ts';
import { audit, type Caller, newId } from './audit.ts';
import { found, requireDone } from './found.ts';
import { requireChangeWithin, requireWithin, scopeBeyond, withScopes } from './key-rights.ts';
import { isoOrNull, orNull } from './or-null.ts';
import { type LimitsPatch, limitsAfter, limitsView } from './own-limits.ts';
import { adminScope } from './permissions.ts';
import { accountOf, type Rights } from './principal.ts';
import type { ApiKeyRecord, ApiKeySettings, Revocation } from './records.ts';
import type { Ports } from './stores.ts';

type Kind = ApiKeyRecord['kind'];

export type KeyPorts = Ports<'apiKeys'> & {
  readonly makeApiKey: (kind: Kind, id: string) => { readonly text: string; readonly secretHash: Buffer };
};

export const apiKeyView = (row: ApiKeyRecord) => ({
  id: publicId('key', row.id),
  kind: row.kind,
  name: row.name,
  scopes: [...row.scopes],
  limits: limitsView(row.limits),
  networks: [...row.networks],
  sender_domains: [...row.senderDomains],
  created_at: row.createdAt.toISOString(),
  expires_at: isoOrNull(row.expiresAt),
  previous_key_expires_at: isoOrNull(row.previousExpiresAt),
  last_used_at: isoOrNull(row.lastUsedAt),
  last_used_ip: orNull(row.lastUsedIp),
  last_used_agent: orNull(row.lastUsedAgent),
  warnings: warningsOf(row),
});

function warningsOf({ plainHttpAt }: ApiKeyRecord) {
  if (plainHttpAt === undefined) return [];
  const detail = 'It was sent over plain HTTP, where others may have read it. Use https and rotate the key.';
  return [{ code: 'seen_over_plain_http' as const, detail, at: plainHttpAt.toISOString() }];
}

/** A new key has at most the scopes of its maker. */
function scopesFor(caller: Caller, wanted: readonly string[] | undefined): readonly string[] {
  if (wanted === undefined) return caller.kind === 'operator' ? ['*'] : caller.scopes;
  const beyond = scopeBeyond(caller, wanted);
  if (beyond !== undefined)
    throw new Refusal('forbidden', { detail: `this key does not have ${beyond} itself` });
  return wanted;
}

/** What a key of an account may do. */
export const rightsOf = ({
  id,
  kind,
  scopes,
  networks,
  senderDomains,
  limits,
  expiresAt,
}: Pick<ApiKeyRecord, 'id' | keyof Rights>): Rights => ({
  id,
  kind: kind === 'test' ? 'test' : 'live',
  scopes,
  networks,
  senderDomains,
  limits,
  expiresAt,
});

/** `key` is shown once; only its hash is stored. */
type MadeKey = { readonly row: ApiKeyRecord; readonly key: string };

type NewKey = Pick<ApiKeyRecord, 'kind' | 'name' | 'scopes'> &
  Pick<ApiKeySettings, 'networks' | 'senderDomains'> & {
    readonly accountId?: string;
    readonly expiresAt?: Date;
    readonly limits?: OwnLimits;
  };

async function create(
  asked: NewKey,
  { caller, action }: { readonly caller: Caller; readonly action: string },
  ports: KeyPorts,
): Promise<MadeKey> {
  const id = newId(ports);
  const { text: key, secretHash } = ports.makeApiKey(asked.kind, id);
  const row = await ports.stores.apiKeys.create({ ...asked, id, secretHash, createdAt: ports.now() });
  const after = apiKeyView(row);
  await audit(caller, { action, target: after.id, after }, ports);
  return { row, key };
}

export type AskedKey = Pick<ApiKeySettings, 'networks' | 'senderDomains'> & {
  readonly kind: 'live' | 'test';
  readonly name: string;
  readonly scopes: readonly string[] | undefined;
  readonly expiresAt?: Date;
  readonly limits?: LimitsPatch | undefined;
};

/** Without `scopes` the key has those of the caller. */
export async function createApiKey(
  { limits: patch, ...asked }: AskedKey,
  caller: Caller,
  ports: KeyPorts & Ports<'accounts'>,
): Promise<MadeKey> {
  const accountId = accountOf(caller);
  const limits = await limitsAfter({ patch }, accountId, ports);
  const scopes = scopesFor(caller, asked.scopes);
  requireWithin(caller, { ...withScopes(scopes), ...asked, ...limits, scopes });
  return create({ ...asked, ...limits, accountId, scopes }, { caller, action: 'api_key.created' }, ports);
}

export type AskedKeyChange = Omit<ApiKeySettings, 'limits'> & {
  readonly id: string;
  readonly limits: LimitsPatch | undefined;
};

/** Mail that was accepted goes on under the new limits. */
export async function changeApiKey(
  { id, limits: patch, ...settings }: AskedKeyChange,
  caller: Caller,
  ports: Ports<'accounts' | 'apiKeys'>,
): Promise<ApiKeyRecord> {
  const { apiKeys } = ports.stores;
  const accountId = accountOf(caller);
  const current = found(await apiKeys.one(accountId, id));
  const limits = await limitsAfter({ before: current.limits, patch }, accountId, ports);
  const after = rightsOf({ ...current, ...settings, ...limits });
  requireChangeWithin(caller, { before: rightsOf(current), after });
  const row = found(await apiKeys.change(accountId, id, { ...settings, ...limits }));
  const before = apiKeyView(current);
  const change = { action: 'api_key.changed', target: before.id, before, after: apiKeyView(row) };
  await audit(caller, change, ports);
  return row;
}

/** For the audit log: that there is a new secret, and when the old one expires. Never the secret itself. */
const secretView = (row: ApiKeyRecord) => ({
  key: '[secret]',
  previous_key_expires_at: isoOrNull(row.previousExpiresAt),
});

/** A new secret for the same id. The old one stays valid for `graceMs`. */
export async function rotateApiKey(
  { id, graceMs }: { readonly id: string; readonly graceMs: number },
  caller: Caller,
  ports: KeyPorts,
): Promise<MadeKey> {
  const { apiKeys } = ports.stores;
  const accountId = accountOf(caller);
  const current = found(await apiKeys.one(accountId, id));
  requireWithin(caller, rightsOf(current));
  const { text: key, secretHash } = ports.makeApiKey(current.kind, id);
  const graceUntil = new Date(ports.now().getTime() + graceMs);
  const row = found(await apiKeys.rotate(accountId, id, { secretHash, graceUntil }));
  const states = { before: secretView(current), after: secretView(row), masked: ['key'] };
  await audit(caller, { action: 'api_key.rotated', target: publicId('key', id), ...states }, ports);
  return { row, key };
}

export async function revokeApiKey(
  { id, pending }: { readonly id: string } & Pick<Revocation, 'pending'>,
  caller: Caller,
  ports: Ports<'apiKeys'>,
): Promise<void> {
  const { apiKeys } = ports.stores;
  const accountId = accountOf(caller);
  const before = apiKeyView(found(await apiKeys.one(accountId, id)));
  const revocation = { at: ports.now(), ...(pending === undefined ? {} : { pending }) };
  requireDone(await apiKeys.revoke(accountId, id, revocation));
  await audit(caller, { action: 'api_key.revoked', target: before.id, before }, ports);
}

export const createOperatorKey = (name: string, caller: Caller, ports: KeyPorts): Promise<MadeKey> =>
  create({ kind: 'admin', name, scopes: [adminScope] }, { caller, action: 'operator_key.created' }, ports);

/** The last key that works cannot be revoked. */
export async function revokeOperatorKey(id: string, caller: Caller, ports: Ports<'apiKeys'>): Promise<void> {
  const { apiKeys } = ports.stores;
  const before = apiKeyView(found(await apiKeys.one(undefined, id)));
  const done = await apiKeys.revokeOperators(id, ports.now());
  if (done === 'last')
    throw new Refusal('conflict', {
      detail: 'this is the last operator key that works; make another one first with `waybill operator-key`',
    });
  requireDone(done === 'revoked');
  await audit(caller, { action: 'operator_key.revoked', target: before.id, before }, ports);
}
