/**
 * The refusals that tests really were answered. Every test process appends them to a file of its own in the folder that
 * WAYBILL_TEST_REFUSALS names, and `test/run.ts` compares them with the table at the end. Without the variable nothing is noted.
 */
import { appendFileSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const REFUSALS_FOLDER = 'WAYBILL_TEST_REFUSALS';

export type Protocol = 'smtp' | 'http';

const noted = new Set<string>();

/** Notes the refusals in an answer of the product: a reply or a problem document. Each has the URL of its page. */
export function noteRefusals(protocol: Protocol, answer: string): void {
  const folder = process.env[REFUSALS_FOLDER];
  if (folder === undefined) return;
  for (const [, code] of answer.matchAll(/\/problems\/([a-z0-9_]+)/g)) {
    const line = `${protocol} ${code}`;
    if (noted.has(line)) continue;
    noted.add(line);
    appendFileSync(join(folder, String(process.pid)), `${line}\n`);
  }
}

/** What all processes noted: `smtp relay_denied`. */
export const notedRefusals = (folder: string): ReadonlySet<string> =>
  new Set(readdirSync(folder).flatMap((file) => readFileSync(join(folder, file), 'utf8').trim().split('\n')));
