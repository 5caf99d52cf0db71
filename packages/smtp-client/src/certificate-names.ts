/** Whether a certificate is for a name. RFC 6125. */
import type { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';

/**
 * `names`: host names or IP addresses, one of which must match. `commonName`: whether the common name counts in a
 * certificate without alternative names; MTA-STS forbids it (RFC 8461 §4.1).
 */
export const isForOneOf = (
  names: readonly string[],
  certificate: Pick<X509Certificate, 'checkHost' | 'checkIP'>,
  commonName: 'never' | 'default',
): boolean =>
  names.some((name) =>
    isIP(name)
      ? certificate.checkIP(name) !== undefined
      : certificate.checkHost(name, { subject: commonName, partialWildcards: false }) !== undefined,
  );
