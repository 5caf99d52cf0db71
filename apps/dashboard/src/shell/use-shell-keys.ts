import { useNavigate } from '@tanstack/react-router';
import { useEffect } from 'react';
import { listenForKeys } from './key-bindings.ts';
import { accountPages, operatorPages } from './page-list.ts';
import { focusRow } from './row-keys.ts';

type Keys = { readonly isOperator: boolean; readonly open: (what: 'palette' | 'keys') => void };

/** The id of the search field, for the key `/`. */
export const SEARCH_ID = 'search';

export function useShellKeys({ isOperator, open }: Keys): void {
  const navigate = useNavigate();
  useEffect(() => {
    const pages = isOperator ? [...accountPages, ...operatorPages] : accountPages;
    return listenForKeys({
      '/': () => document.getElementById(SEARCH_ID)?.focus(),
      '?': () => open('keys'),
      'Ctrl K': () => open('palette'),
      j: () => focusRow(1),
      k: () => focusRow(-1),
      ...Object.fromEntries(pages.map(({ key, to }) => [`g ${key}`, () => void navigate({ to })])),
    });
  }, [isOperator, open, navigate]);
}
