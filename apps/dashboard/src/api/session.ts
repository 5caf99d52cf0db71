/** The login session of this browser. */
import { queryOptions, useSuspenseQuery } from '@tanstack/react-query';
import { request } from './request.ts';
import type { SessionView } from './views.ts';

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: ({ signal }) => request<SessionView>('/v1/session', { signal }),
  staleTime: 60_000,
});

export const useSession = (): SessionView => useSuspenseQuery(sessionQuery).data;
