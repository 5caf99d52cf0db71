/** The caller of a request. The permissions of each kind are in `permissions.ts`. */

/** A key of an account. A `test` key sees and sends only mail that stays in the sandbox. */
export type ApiKey = {
  readonly kind: 'live' | 'test';
  readonly keyId: string;
  /** `key_…`, for the audit log. */
  readonly actor: string;
  readonly accountId: string;
  readonly scopes: readonly string[];
};

export type Operator = {
  readonly kind: 'operator';
  readonly keyId: string;
  readonly actor: string;
  /** The account that the operator acts in: every request is audited, reads too. `undefined`: none. */
  readonly accountId: string | undefined;
  readonly scopes: readonly string[];
};

export type Principal = ApiKey | Operator;
