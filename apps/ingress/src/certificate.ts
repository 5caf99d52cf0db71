import { readFileSync, unwatchFile, watchFile } from 'node:fs';
import { createSecureContext } from 'node:tls';

export type Certificate = { readonly cert: Buffer; readonly key: Buffer };
export type CertificateFiles = { readonly certFile: string; readonly keyFile: string };

export type CertificateSource = {
  current(): Certificate;
  /** Called with each renewed certificate. */
  onRenewed(listener: (certificate: Certificate) => void): void;
  close(): void;
};

type Watching = CertificateFiles & {
  readonly onTrouble: (error: unknown) => void;
  readonly pollMs?: number;
};

const POLL_MS = 10_000;

/** Throws when the two files are unreadable or do not belong together. */
function readCertificate({ certFile, keyFile }: CertificateFiles): Certificate {
  const certificate = { cert: readFileSync(certFile), key: readFileSync(keyFile) };
  createSecureContext(certificate);
  return certificate;
}

/** Loads renewed certificates without a restart. The files are polled, because renewing tools replace files, links and whole folders. */
export function watchCertificate({ onTrouble, pollMs = POLL_MS, ...files }: Watching): CertificateSource {
  let certificate = readCertificate(files);
  const listeners: ((certificate: Certificate) => void)[] = [];
  const paths = [files.certFile, files.keyFile];
  const reread = (): void => {
    try {
      certificate = readCertificate(files);
    } catch (error) {
      // One file is often replaced before the other. The old pair is used until both files match.
      onTrouble(error);
      return;
    }
    for (const listener of listeners) listener(certificate);
  };
  for (const path of paths) watchFile(path, { interval: pollMs, persistent: false }, reread);
  return {
    current: () => certificate,
    onRenewed: (listener) => void listeners.push(listener),
    close() {
      for (const path of paths) unwatchFile(path, reread);
    },
  };
}
