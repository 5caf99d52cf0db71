/** The account that the pages show. The shell provides it. */
import { createContext, useContext } from 'react';

export const AccountId = createContext<string | undefined>(undefined);

export function useAccountId(): string | undefined {
  return useContext(AccountId);
}
