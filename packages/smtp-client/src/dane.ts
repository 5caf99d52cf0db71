/** Checks the certificates of a server against TLSA records. RFC 6698, RFC 7671, RFC 7672. */
import { createHash, type X509Certificate } from 'node:crypto';
import { isForOneOf } from './certificate-names.ts';
import type { TlsaRecord } from './tls-policy.ts';

const DANE_TA = 2;
const DANE_EE = 3;
const serverAuthentication = '1.3.6.1.5.5.7.3.1';

/** Records that SMTP can use; when there is none, TLS is needed but no certificate. RFC 7672 §2.2, §3.1.3. */
export const usableRecords = (records: readonly TlsaRecord[]): readonly TlsaRecord[] =>
  records.filter(
    ({ usage, selector, matchingType, data }) =>
      (usage === DANE_TA || usage === DANE_EE) &&
      (selector === 0 || selector === 1) &&
      (matchingType === 0 ||
        (matchingType === 1 && data.length === 32) ||
        (matchingType === 2 && data.length === 64)),
  );

/** Whether the record names this certificate. RFC 6698 §2.1.2, §2.1.3. */
function isNamedBy(certificate: X509Certificate, { selector, matchingType, data }: TlsaRecord): boolean {
  const selected =
    selector === 0 ? certificate.raw : certificate.publicKey.export({ type: 'spki', format: 'der' });
  if (matchingType === 0) return selected.equals(data);
  const algorithm = matchingType === 1 ? 'sha256' : 'sha512';
  return createHash(algorithm).update(selected).digest().equals(data);
}

const isValidAt = ({ validFromDate, validToDate }: X509Certificate, now: Date): boolean =>
  validFromDate <= now && now <= validToDate;

const isIssuedBy = (certificate: X509Certificate, issuer: X509Certificate): boolean =>
  issuer.ca && certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);

const isForServers = ({ keyUsage }: X509Certificate): boolean =>
  keyUsage === undefined || keyUsage.includes(serverAuthentication);

/** Whether every certificate is valid now and issued by the next one. */
const isPath = (path: readonly X509Certificate[], now: Date): boolean =>
  path.every((certificate, index) => {
    const issuer = path[index + 1];
    return isValidAt(certificate, now) && (issuer === undefined || isIssuedBy(certificate, issuer));
  });

/** An issuer that a record names, with a valid path from the server's certificate to it. RFC 7672 §3.1.2. */
function isUnderNamedIssuer(
  chain: readonly X509Certificate[],
  records: readonly TlsaRecord[],
  now: Date,
): boolean {
  return chain.some(
    (issuer, index) =>
      index > 0 &&
      records.some((record) => isNamedBy(issuer, record)) &&
      isPath(chain.slice(0, index + 1), now),
  );
}

/** What a chain of certificates is checked against. RFC 7672 §3. */
export type DaneCheck = {
  /** Usable records only. */
  readonly records: readonly TlsaRecord[];
  /** Names of which the certificate must hold one, for usage 2. RFC 7672 §3.2.2. */
  readonly names: readonly string[];
  readonly now: Date;
};

/**
 * Why the chain does not hold, or `undefined` when it does. `chain` begins with the server's certificate, each followed by
 * its issuer. Usage 3 looks neither at names nor at dates, RFC 7672 §3.1.1. The length limits and name constraints of
 * an issuer (RFC 5280 §4.2.1.9, §4.2.1.10) are not checked.
 */
export function daneFailure(
  chain: readonly X509Certificate[],
  { records, names, now }: DaneCheck,
): string | undefined {
  const [own] = chain;
  if (!own) return 'the server showed no certificate';
  if (records.some((record) => record.usage === DANE_EE && isNamedBy(own, record))) return undefined;
  const issuers = records.filter(({ usage }) => usage === DANE_TA);
  if (!isUnderNamedIssuer(chain, issuers, now))
    return 'no TLSA record names the certificate or a valid issuer of it';
  if (!isForServers(own)) return 'the certificate is not for servers';
  if (!isForOneOf(names, own, 'default')) return `the certificate is for none of: ${names.join(', ')}`;
  return undefined;
}
