/** Which documented refusals no test was answered: of `docs/errors.md` over any protocol, of the API's description over HTTP. */
import { refusals } from '@waybill/relay/refusal-table';
import { apiDescription } from '../infra/docs/api-description.ts';
import { notedRefusals } from './support/refusals-met.ts';

type Problems = { readonly examples?: Readonly<Record<string, unknown>> };

async function codesOfTheApi(): Promise<ReadonlySet<string>> {
  const { paths } = await apiDescription();
  const responses = Object.values(paths).flatMap((operations) =>
    Object.values(operations).flatMap((operation) => Object.values(operation.responses)),
  );
  return new Set(
    responses.flatMap(({ content }) =>
      Object.keys((content?.['application/problem+json'] as Problems | undefined)?.examples ?? {}),
    ),
  );
}

/** Throws with the list. `folder`: what the test processes noted. */
export async function requireRefusalsReached(folder: string): Promise<void> {
  const noted = notedRefusals(folder);
  const ofTheApi = await codesOfTheApi();
  const missing = Object.keys(refusals).flatMap((code) => {
    if (ofTheApi.has(code)) return noted.has(`http ${code}`) ? [] : [`${code} over HTTP`];
    return noted.has(`smtp ${code}`) || noted.has(`http ${code}`) ? [] : [code];
  });
  if (missing.length > 0) throw new Error(`No test was answered:\n  ${missing.join('\n  ')}`);
}
