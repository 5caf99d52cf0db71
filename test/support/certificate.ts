/** A certificate authority and a certificate for localhost, made for one run. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DevCertificates, ensureDevCertificates } from '../../apps/cli/src/dev/dev-ca.ts';

export async function testCertificates(): Promise<
  DevCertificates & { readonly folder: string; close(): Promise<void> }
> {
  const folder = await mkdtemp(join(tmpdir(), 'waybill-tls-'));
  const files = await ensureDevCertificates(folder, new Date());
  return { ...files, folder, close: () => rm(folder, { recursive: true, force: true }) };
}
