/** The caller of a request and its permissions. */
import { adminScope, type Scope } from '@waybill/contract/api-key';
import type { ApiKeyKind } from '@waybill/io/secrets/generated-secret';

export type Principal = {
  readonly kind: ApiKeyKind;
  readonly keyId: string;
  /** The account of the request: the key's own, or the one that an operator named. `undefined`: an operator without an account. */
  readonly accountId: string | undefined;
  readonly scopes: readonly string[];
  /** `key_…` for the audit log. */
  readonly actor: string;
  /** An operator inside an account: every request is audited, reads too. */
  readonly isGuest: boolean;
};

/** `domains:*` includes `domains:read`; `*` includes every scope of an account; an operator's key includes all. */
export function isAllowed(principal: Pick<Principal, 'kind' | 'scopes'>, scope: Scope): boolean {
  const { kind, scopes } = principal;
  if (kind === 'admin') return scopes.includes(adminScope);
  if (scope === adminScope) return false;
  const [area = ''] = scope.split(':');
  return scopes.includes(scope) || scopes.includes(`${area}:*`) || scopes.includes('*');
}
