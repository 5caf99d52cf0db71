/** Runs the checks of `waybill doctor` one after another, and shows each result when it is there. */
import { useEffect, useRef, useState } from 'react';
import { request } from '../../api/request.ts';
import type { DoctorCheckView, HealthCheckView } from '../../api/views.ts';

export type DoctorState = {
  readonly stage: 'idle' | 'running' | 'done';
  readonly names: readonly string[];
  readonly results: readonly HealthCheckView[];
  readonly error: unknown;
};

const nothing: DoctorState = { stage: 'idle', names: [], results: [], error: undefined };
const path = '/v1/admin/health/checks';

export function useDoctor() {
  const [state, setState] = useState(nothing);
  const running = useRef<AbortController>(undefined);
  const change = (more: Partial<DoctorState>): void => setState((before) => ({ ...before, ...more }));
  useEffect(() => () => running.current?.abort(), []);

  const run = async (): Promise<void> => {
    running.current?.abort();
    const controller = new AbortController();
    running.current = controller;
    const { signal } = controller;
    setState({ ...nothing, stage: 'running' });
    try {
      const checks = await request<readonly DoctorCheckView[]>(path, { signal });
      const names = checks.map(({ name }) => name);
      change({ names });
      const results: HealthCheckView[] = [];
      for (const name of names) {
        results.push(await request(`${path}/${encodeURIComponent(name)}`, { signal }));
        change({ results: [...results] });
      }
      change({ stage: 'done' });
    } catch (error) {
      if (!signal.aborted) change({ stage: 'done', error });
    }
  };
  return { ...state, run: () => void run() };
}
