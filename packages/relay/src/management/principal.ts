/** The caller of a request. The permissions of each kind are in `permissions.ts`. */
import { Refusal } from '../refusal.ts';

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

/** The account of the caller. The operator's key names it by `Waybill-Account`. */
export function accountOf({ accountId }: Pick<Principal, 'accountId'>): string {
  if (accountId === undefined)
    throw new Refusal('forbidden', {
      detail: "an operator's key acts inside an account with the header Waybill-Account: acc_…",
    });
  return accountId;
}
