/** Reads of the API, cached by account, path and filter. */

import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import type { List } from '@waybill/contract/list';
import { useAccountId } from './account-id.ts';
import { type Query, request, requestText } from './request.ts';

export const PAGE_SIZE = 50;
type Options = { readonly enabled?: boolean; readonly refetchMs?: number };

/** Where the cache keeps a list. */
export const listKey = (account: string | undefined, path: string, filter: Query) =>
  [account, path, 'list', filter] as const;

type Pages = { readonly state: { readonly data: { readonly pages: readonly unknown[] } | undefined } };

/** Each page is a request: a list that was read further stays as it is. */
const isOnePage = ({ state: { data } }: Pages): boolean => (data?.pages.length ?? 1) <= 1;

/** A list with a cursor: further pages are read on demand. */
export function useRecords<T>(path: string, filter: Query = {}, { enabled = true, refetchMs }: Options = {}) {
  const account = useAccountId();
  return useInfiniteQuery({
    queryKey: listKey(account, path, filter),
    queryFn: ({ pageParam, signal }) =>
      request<List<T>>(path, { account, signal, query: { limit: PAGE_SIZE, ...filter, after: pageParam } }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next_cursor, has_more }) => (has_more ? (next_cursor ?? undefined) : undefined),
    placeholderData: keepPreviousData,
    enabled,
    refetchInterval: (query) => isOnePage(query) && (refetchMs ?? false),
    refetchOnWindowFocus: isOnePage,
    refetchOnReconnect: isOnePage,
  });
}

export type Records<T> = ReturnType<typeof useRecords<T>>;

export function useRecord<T>(path: string, query: Query = {}, { enabled = true, refetchMs }: Options = {}) {
  const account = useAccountId();
  return useQuery({
    queryKey: [account, path, query],
    queryFn: ({ signal }) => request<T>(path, { account, signal, query }),
    enabled,
    ...(refetchMs === undefined ? {} : { refetchInterval: refetchMs }),
  });
}

export function useText(path: string, query: Query = {}, { enabled = true }: Options = {}) {
  const account = useAccountId();
  return useQuery({
    queryKey: [account, path, 'text', query],
    queryFn: ({ signal }) => requestText(path, { account, signal, query }),
    enabled,
    staleTime: 60_000,
  });
}
