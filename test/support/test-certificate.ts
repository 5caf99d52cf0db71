import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate } from 'selfsigned';

export type TestCertificate = {
  readonly certFile: string;
  readonly keyFile: string;
  readonly cert: string;
  /** Another pair in the same files, as after a renewal. */
  renew(): Promise<string>;
  remove(): Promise<void>;
};

const makePair = () => generate([{ name: 'commonName', value: 'mx.waybill.test' }], { algorithm: 'sha256' });

/** A certificate for `mx.waybill.test`, made now: nothing in the repository can expire or leak. */
export async function makeTestCertificate(): Promise<TestCertificate> {
  const folder = await mkdtemp(join(tmpdir(), 'waybill-tls-'));
  const files = { certFile: join(folder, 'cert.pem'), keyFile: join(folder, 'key.pem') };
  const write = async (): Promise<string> => {
    const pair = await makePair();
    await writeFile(files.keyFile, pair.private);
    await writeFile(files.certFile, pair.cert);
    return pair.cert;
  };
  return {
    ...files,
    cert: await write(),
    renew: write,
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
