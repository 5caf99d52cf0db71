/** The account that the pages show, and what the reader may do in it. The shell provides it. */
import { createContext, useContext } from 'react';
import type { SessionView } from './views.ts';

export type Role = SessionView['accounts'][number]['role'];

/** An account of the user, or the one that an operator acts in. */
export type ShownAccount = {
  readonly id: string;
  readonly name: string;
  readonly status: SessionView['accounts'][number]['status'];
  readonly role: Role;
  readonly isActing: boolean;
};

/** From the weakest to the strongest: each may do all that the one before may do. */
const roles = ['viewer', 'developer', 'admin', 'owner'] as const satisfies readonly Role[];

export const accountsOf = ({ accounts, acting }: SessionView): readonly ShownAccount[] => {
  const own = accounts.map((account) => ({ ...account, isActing: false }));
  if (acting === null || own.some(({ id }) => id === acting.account_id)) return own;
  const { account_id: id, account_name: name } = acting;
  return [...own, { id, name, status: 'active', role: 'owner', isActing: true }];
};

export const isAtLeast = (role: Role, limit: Role): boolean => roles.indexOf(role) >= roles.indexOf(limit);

export const Shown = createContext<ShownAccount | undefined>(undefined);

/** Whether the pages offer what needs this role. The API decides. */
export function useMay(limit: Role): boolean {
  const shown = useContext(Shown);
  // Of an account that is being deleted its members only read.
  return (
    shown !== undefined && (shown.status !== 'deleting' || limit === 'viewer') && isAtLeast(shown.role, limit)
  );
}
