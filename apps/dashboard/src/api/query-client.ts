/** The cache of answers. A refusal is not asked again; a server that does not answer is asked twice more. */
import { QueryClient } from '@tanstack/react-query';
import { problemOf } from './problem-error.ts';

const RETRIES = 2;

const isWorthRetrying = (failures: number, error: unknown): boolean => {
  const { status } = problemOf(error);
  return failures < RETRIES && (status === 0 || status >= 500);
};

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: { staleTime: 5_000, retry: isWorthRetrying, refetchOnWindowFocus: true },
    mutations: { retry: false },
  },
});
