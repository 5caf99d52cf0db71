/** Who asks, and what they may. */
import { adminScope, type Scope } from '@waybill/contract/api-key';
import type { ApiKeyKind } from '@waybill/io/secrets/generated-secret';

export type Principal = {
  readonly kind: ApiKeyKind;
  readonly keyId: string;
  /** The account that is acted for: the key's own, or the one that an operator named. `undefined`: the operator as such. */
  readonly accountId: string | undefined;
  readonly scopes: readonly string[];
  /** `key_…` for the audit log. */
  readonly actor: string;
  /** An operator inside somebody's account: everything is written down, reading too. */
  readonly isGuest: boolean;
};

/** `domains:*` covers `domains:read`; `*` every scope of an account; an operator's key all of them. */
export function isAllowed(principal: Pick<Principal, 'kind' | 'scopes'>, scope: Scope): boolean {
  const { kind, scopes } = principal;
  if (kind === 'admin') return scopes.includes(adminScope);
  if (scope === adminScope) return false;
  const [area = ''] = scope.split(':');
  return scopes.includes(scope) || scopes.includes(`${area}:*`) || scopes.includes('*');
}
