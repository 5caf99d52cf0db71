/** Reads and changes the search part of the URL. */
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';
import type { UrlSearch } from './url-search.ts';

export const useUrlSearch = (): UrlSearch => useSearch({ strict: false }) as UrlSearch;

/** Replaces the entry of the history, so that Back leaves the page and not the filter. */
export function useChangeSearch(): (change: UrlSearch) => void {
  const navigate = useNavigate();
  return useCallback(
    (change) =>
      void navigate({
        to: '.',
        search: (before: UrlSearch) => ({ ...before, ...change }),
        replace: true,
        resetScroll: false,
      } as never),
    [navigate],
  );
}

/** The named filters that the URL holds now. */
export function useFilters(names: readonly string[]): Record<string, string | undefined> {
  const search = useUrlSearch();
  return Object.fromEntries(names.map((name) => [name, search[name] === '' ? undefined : search[name]]));
}
