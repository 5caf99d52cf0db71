import type { Dependencies } from './dependencies.ts';

/** Whether this process can work now. Only the operator sees which part cannot. */
export async function isReady({ checks }: Pick<Dependencies, 'checks'>): Promise<boolean> {
  const results = await Promise.all(Object.values(checks).map((check) => check()));
  return results.every(({ ok }) => ok);
}
