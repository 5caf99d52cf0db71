/** Looks at DNS again while the page of an unfinished domain is open and seen, ever more rarely. */
import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useAccountId } from '../../api/account-id.ts';
import { request } from '../../api/request.ts';
import type { DomainView } from '../../api/views.ts';

const second = 1_000;
/** The pause before each look-up. The last one repeats. */
const pauses = [3, 5, 5, 10, 10, 10, 15, 30, 30, 60].map((seconds) => seconds * second);

type Check = { readonly path: string; readonly isWanted: boolean };

export function useLiveCheck({ path, isWanted }: Check): void {
  const account = useAccountId();
  const client = useQueryClient();
  useEffect(() => {
    if (!isWanted) return undefined;
    let timer: ReturnType<typeof setTimeout>;
    const plan = (round: number): void => {
      timer = setTimeout(() => void look(round), pauses[Math.min(round, pauses.length - 1)]);
    };
    const look = async (round: number): Promise<void> => {
      // A page in the background asks nothing.
      if (document.visibilityState === 'visible') await check();
      plan(round + 1);
    };
    const check = async (): Promise<void> => {
      const seen = await request<DomainView>(`${path}/verify`, { method: 'POST', account }).catch(
        () => undefined,
      );
      // A look-up that failed changes nothing on the page: the button beside it says why.
      if (seen === undefined) return;
      client.setQueryData([account, path, {}], seen);
      void client.invalidateQueries({ queryKey: [account, `${path}/history`] });
    };
    plan(0);
    return () => clearTimeout(timer);
  }, [account, client, isWanted, path]);
}
