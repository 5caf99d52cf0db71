/** Reads a file of suppressed addresses into the account: first as a preview that changes nothing, then for good, with progress. */
import { useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { useAccountId } from '../../api/account-id.ts';
import { requestPieces } from '../../api/request.ts';
import type { ImportStateView } from '../../api/views.ts';

export type ImportStage = 'choosing' | 'reading' | 'previewed' | 'importing' | 'done';

export type Import = {
  readonly stage: ImportStage;
  readonly fileName: string;
  /** Of the preview: how many rows there are, and what they would do. */
  readonly preview: ImportStateView | undefined;
  /** How far the import is. */
  readonly state: ImportStateView | undefined;
  readonly error: unknown;
};

const nothing: Import = {
  stage: 'choosing',
  fileName: '',
  preview: undefined,
  state: undefined,
  error: undefined,
};

/** The states of an import, one for each line of the answer. */
async function* statesOf(text: string, isDryRun: boolean, asked: Asked): AsyncGenerator<ImportStateView> {
  const decoder = new TextDecoder();
  let rest = '';
  const pieces = requestPieces('/v1/suppressions/import', {
    method: 'POST',
    ...asked,
    query: { dry_run: String(isDryRun) },
    file: { type: 'text/csv', text },
    accept: 'application/x-ndjson',
  });
  for await (const piece of pieces) {
    const lines = (rest + decoder.decode(piece, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) yield JSON.parse(line) as ImportStateView;
  }
}

type Asked = { readonly account: string | undefined; readonly signal: AbortSignal };

export function useImport() {
  const account = useAccountId();
  const client = useQueryClient();
  const [current, setCurrent] = useState(nothing);
  const text = useRef('');
  const running = useRef<AbortController>(undefined);
  const change = (more: Partial<Import>): void => setCurrent((before) => ({ ...before, ...more }));

  const run = async (isDryRun: boolean): Promise<void> => {
    const controller = new AbortController();
    running.current = controller;
    const asked = { account, signal: controller.signal };
    for await (const state of statesOf(text.current, isDryRun, asked))
      change(isDryRun ? { preview: state } : { state });
  };
  const read = async (file: File): Promise<void> => {
    change({ ...nothing, stage: 'reading', fileName: file.name });
    try {
      text.current = await file.text();
      await run(true);
      change({ stage: 'previewed' });
    } catch (error) {
      change({ stage: 'choosing', error });
    }
  };
  const start = async (): Promise<void> => {
    change({ stage: 'importing', error: undefined });
    try {
      await run(false);
      change({ stage: 'done' });
    } catch (error) {
      change({ stage: 'previewed', error });
    } finally {
      await client.invalidateQueries();
    }
  };
  const stop = (): void => running.current?.abort();
  return { ...current, read, start, stop };
}
