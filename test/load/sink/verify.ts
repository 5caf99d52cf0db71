import { dkimVerify } from 'mailauth/lib/dkim/verify.js';
import { linksPerMessage } from '../generator/message.ts';
import type { PublishedKey, System } from '../systems/system.ts';

/** What must be true of a message that arrived. */
export type Expectation = Pick<System, 'keys' | 'domain' | 'trackerUrl'> & { readonly untouched: Buffer };

type Signature = { readonly signingDomain: string; readonly status: { readonly result: string } };

function resolverOf(keys: readonly PublishedKey[]) {
  return async (name: string): Promise<string[][]> => {
    const key = keys.find(({ domain, selector }) => name === `${selector}._domainkey.${domain}`);
    if (!key) throw Object.assign(new Error(`no such name: ${name}`), { code: 'ENOTFOUND' });
    return [[key.txt]];
  };
}

async function signatureFault(bytes: Buffer, { keys, domain }: Expectation): Promise<string | undefined> {
  const { results } = await dkimVerify(bytes, { resolver: resolverOf(keys) });
  const signatures = results as readonly Signature[];
  const wanted = keys.filter((key) => key.domain === domain).length;
  const passed = signatures.filter(
    ({ signingDomain, status }) => signingDomain === domain && status.result === 'pass',
  ).length;
  if (passed === wanted) return undefined;
  return `${passed} of ${wanted} signatures of ${domain} verify: ${signatures.map(({ status }) => status.result).join(', ')}`;
}

/** Links that lead to the tracker, in quoted-printable text with its soft line breaks. RFC 2045 §6.7. */
const trackedLinks = (bytes: Buffer, url: string): number =>
  bytes.toString('latin1').replaceAll('=\r\n', '').split(`<a href=3D"${url}`).length - 1;

/** Everything that is wrong with a message that arrived. */
export async function faultsOf(bytes: Buffer, expected: Expectation): Promise<readonly string[]> {
  const { trackerUrl, untouched } = expected;
  const tracked = trackerUrl === undefined ? linksPerMessage : trackedLinks(bytes, trackerUrl);
  return [
    await signatureFault(bytes, expected),
    tracked === linksPerMessage ? undefined : `${tracked} of ${linksPerMessage} links are tracked`,
    bytes.includes(untouched) ? undefined : 'the part that no system may change was changed',
  ].filter((fault) => fault !== undefined);
}
