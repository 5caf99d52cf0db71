import type { Dependencies } from './dependencies.ts';

/** Whether this process can do its work now. Which part of it cannot is for the operator only. */
export async function isReady({ checks }: Pick<Dependencies, 'checks'>): Promise<boolean> {
  const results = await Promise.all(Object.values(checks).map((check) => check()));
  return results.every(({ ok }) => ok);
}
