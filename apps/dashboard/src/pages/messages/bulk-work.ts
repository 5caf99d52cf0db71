/** An action on every message that the filters select. A request works for some seconds, and says where the next one goes on. */
import { useEffect, useRef, useState } from 'react';
import { useAccountId } from '../../api/account-id.ts';
import { type Query, request } from '../../api/request.ts';
import type { ActionsDoneView } from '../../api/views.ts';

export type BulkActionName = ActionsDoneView['action'];
export type BulkAsked = { readonly action: BulkActionName; readonly filter: Query };

export type BulkState = {
  /** Messages that the action can change, as far as they are counted. */
  readonly matched: number;
  readonly changed: number;
  readonly stage: 'counting' | 'counted' | 'working' | 'done';
  readonly error: unknown;
};

const nothing: BulkState = { matched: 0, changed: 0, stage: 'counting', error: undefined };

type Round = { readonly isDryRun: boolean; readonly signal: AbortSignal };

export function useBulkWork({ action, filter }: BulkAsked) {
  const account = useAccountId();
  const [state, setState] = useState(nothing);
  const running = useRef<AbortController>(undefined);
  const filterText = JSON.stringify(filter);

  async function* rounds({ isDryRun, signal }: Round): AsyncGenerator<ActionsDoneView> {
    let after: string | undefined;
    do {
      const body = { action, filter: JSON.parse(filterText) as Query, dry_run: isDryRun, after };
      const done: ActionsDoneView = await request('/v1/messages/actions', {
        method: 'POST',
        account,
        body,
        signal,
      });
      yield done;
      after = done.has_more ? (done.next_cursor ?? undefined) : undefined;
    } while (after !== undefined && !signal.aborted);
  }

  const work = async (isDryRun: boolean): Promise<void> => {
    running.current?.abort();
    const controller = new AbortController();
    const { signal } = controller;
    running.current = controller;
    const field = isDryRun ? 'matched' : 'changed';
    setState((before) => ({
      ...before,
      [field]: 0,
      stage: isDryRun ? 'counting' : 'working',
      error: undefined,
    }));
    try {
      for await (const done of rounds({ isDryRun, signal }))
        setState((before) => ({ ...before, [field]: before[field] + done[field] }));
      setState((before) => ({ ...before, stage: isDryRun ? 'counted' : 'done' }));
    } catch (error) {
      if (!signal.aborted) setState((before) => ({ ...before, stage: 'counted', error }));
    }
  };

  const count = useRef(work);
  useEffect(() => {
    void count.current(true);
    return () => running.current?.abort();
  }, []);
  return { ...state, start: () => void work(false) };
}
