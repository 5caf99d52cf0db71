/** The login session of this browser. */
import { queryOptions, useSuspenseQuery } from '@tanstack/react-query';
import { request } from './request.ts';

export type Session = {
  readonly user: {
    readonly id: string;
    readonly email: string;
    readonly name: string;
    readonly is_operator: boolean;
  };
  readonly accounts: readonly SessionAccount[];
};

export type SessionAccount = {
  readonly id: string;
  readonly name: string;
  readonly status: 'active' | 'suspended';
  readonly role: string;
};

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: ({ signal }) => request<Session>('/v1/session', { signal }),
  staleTime: 60_000,
});

export const useSession = (): Session => useSuspenseQuery(sessionQuery).data;
