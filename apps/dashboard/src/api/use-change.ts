/** Writes of the API. A change refreshes everything that was read of the account, because one change shows on many pages. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { showToast } from '../ui/toast-list.ts';
import { useAccountId } from './account-id.ts';
import { problemOf } from './problem-error.ts';
import { type Asked, request } from './request.ts';

type Change = Pick<Asked, 'method' | 'body' | 'query'> & { readonly path: string };

type Words<Answer> = {
  /** Of the toast after success; none for a change that shows by itself. */
  readonly done?: string | ((answer: Answer) => string | undefined);
  /** Whether a refusal is shown as a toast. Forms show it in place. */
  readonly isInPlace?: boolean;
};

export function useChange<Answer = unknown>({ done, isInPlace = false }: Words<Answer> = {}) {
  const account = useAccountId();
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ path, method = 'POST', ...rest }: Change) =>
      request<Answer>(path, { method, account, ...rest }),
    onSuccess: async (answer) => {
      const text = typeof done === 'function' ? done(answer) : done;
      if (text !== undefined) showToast({ text });
      await client.invalidateQueries();
    },
    onError: (error) => {
      const { title, detail, fix } = problemOf(error);
      if (!isInPlace) showToast({ text: detail ?? title, more: fix, isError: true });
    },
  });
}
