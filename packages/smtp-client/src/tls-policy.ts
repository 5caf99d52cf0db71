/** How much TLS a target needs before mail may go to it. */

/** One TLSA record. RFC 6698 §2.1. */
export type TlsaRecord = {
  /** 2 (DANE-TA) names an issuer, 3 (DANE-EE) names the server's own certificate. Usages 0 and 1 are unusable for SMTP, RFC 7672 §3.1.3. */
  readonly usage: number;
  /** 0: the whole certificate. 1: its public key (SubjectPublicKeyInfo). */
  readonly selector: number;
  /** 0: the bytes themselves. 1: SHA-256. 2: SHA-512. */
  readonly matchingType: number;
  readonly data: Buffer;
};

/** Whether a session needs TLS, and which certificates hold. */
export type TlsPolicy =
  /** TLS when the server offers it; the certificate is recorded, not demanded. RFC 7435. */
  | { readonly kind: 'opportunistic' }
  /** STARTTLS or no mail. The certificate is not demanded. */
  | { readonly kind: 'required' }
  /** STARTTLS, and a certificate that a trusted authority issued for one of `names`. RFC 8461 §4.1, RFC 6125. */
  | { readonly kind: 'verified'; readonly names: readonly string[] }
  /** STARTTLS, and a certificate that the TLSA records name. Usage 2 also checks `names`. RFC 7672. */
  | { readonly kind: 'dane'; readonly records: readonly TlsaRecord[]; readonly names: readonly string[] }
  /** TLS begins with the first byte (port 465). The certificate is not demanded. RFC 8314 §3.3. */
  | { readonly kind: 'implicit' }
  /** No TLS, for a server whose TLS failed under an opportunistic policy. */
  | { readonly kind: 'none' };

/** Whether a session without TLS is of no use. */
export const needsTls = ({ kind }: TlsPolicy): boolean => kind !== 'opportunistic' && kind !== 'none';
