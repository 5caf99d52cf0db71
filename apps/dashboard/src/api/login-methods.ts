import { useQuery } from '@tanstack/react-query';
import { request } from './request.ts';
import type { LoginMethodsView } from './views.ts';

/** The provider of OpenID Connect that the operator has set, if any. */
export const useProvider = (): NonNullable<LoginMethodsView['oidc']> | undefined =>
  useQuery({
    queryKey: ['login methods'],
    queryFn: ({ signal }) => request<LoginMethodsView>('/v1/login-methods', { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  }).data?.oidc ?? undefined;
