import { access, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export type DevCertificates = {
  readonly caFile: string;
  readonly certFile: string;
  readonly keyFile: string;
};

const DAY_MS = 86_400_000;
const subject = (name: string) => [{ name: 'commonName', value: name }];

/** The paths of the files in the folder of an installation. */
export const devCertificateFiles = (folder: string): DevCertificates => ({
  caFile: join(folder, 'dev-ca.pem'),
  certFile: join(folder, 'dev-cert.pem'),
  keyFile: join(folder, 'dev-key.pem'),
});

/** A certificate authority of this folder and its certificate for localhost, made on the first start. */
export async function ensureDevCertificates(folder: string, now: Date): Promise<DevCertificates> {
  const files = devCertificateFiles(folder);
  const isMade = await Promise.all(Object.values(files).map((file) => access(file))).then(
    () => true,
    () => false,
  );
  if (isMade) return files;
  const validity = {
    notBeforeDate: new Date(now.getTime() - DAY_MS),
    notAfterDate: new Date(now.getTime() + 3650 * DAY_MS),
  };
  const { generate } = await import('selfsigned');
  const ca = await generate(subject('Waybill development CA'), {
    ...validity,
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  const leaf = await generate(subject('localhost'), {
    ...validity,
    algorithm: 'sha256',
    ca: { key: ca.private, cert: ca.cert },
    extensions: [
      { name: 'basicConstraints', cA: false },
      { name: 'keyUsage', digitalSignature: true, keyEncipherment: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
          { type: 7, ip: '::1' },
        ],
      },
    ],
  });
  // The key of the authority is not saved, so that no other certificate can be made that a developer's machine would trust.
  await writeFile(files.keyFile, leaf.private, { mode: 0o600 });
  await writeFile(files.certFile, `${leaf.cert.trim()}\n${ca.cert.trim()}\n`);
  await writeFile(files.caFile, ca.cert);
  return files;
}
