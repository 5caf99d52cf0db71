/** The TLS handshake over an open socket, and what is known of the server's certificate after it. */
import { X509Certificate } from 'node:crypto';
import net from 'node:net';
import tls from 'node:tls';
import { isForOneOf } from './certificate-names.ts';
import { ConnectionError } from './connection-error.ts';
import { daneFailure, usableRecords } from './dane.ts';
import { withinTime } from './time-limit.ts';
import type { TlsPolicy } from './tls-policy.ts';

/** What a TLS handshake agreed on, and what is known of the certificate. */
export type TlsFacts = {
  /** For example `TLSv1.3`. */
  readonly version: string;
  /** Standard (RFC) name of the cipher suite. */
  readonly cipher: string;
  /** The certificate holds: by authority and name, or by TLSA records. */
  readonly verified: boolean;
  /** Why it does not. */
  readonly reason?: string;
};

/** How a TLS handshake is made and checked. `timeoutMs`: milliseconds. */
export type TlsSettings = {
  /** Name or IP address of the server; a name is sent as SNI. */
  readonly host: string;
  readonly policy: TlsPolicy;
  /** `undefined`: the authorities that Node trusts. */
  readonly secureContext: tls.SecureContext | undefined;
  readonly timeoutMs: number;
};

const namesOf = ({ host, policy }: TlsSettings): readonly string[] =>
  policy.kind === 'verified' ? policy.names : [host];

/** The server's certificate, then its issuers as far as the server showed them. */
function chainOf(socket: tls.TLSSocket): readonly X509Certificate[] {
  const chain: X509Certificate[] = [];
  const seen = new Set<string>();
  let one: tls.DetailedPeerCertificate | undefined = socket.getPeerCertificate(true);
  while (one?.raw && !seen.has(one.fingerprint512)) {
    seen.add(one.fingerprint512);
    chain.push(new X509Certificate(one.raw));
    one = one.issuerCertificate;
  }
  return chain;
}

/** Why no trusted authority vouches for the server under one of its names. */
function authorityFailure(socket: tls.TLSSocket, settings: TlsSettings): string | undefined {
  const error = socket.authorizationError as Error | string | undefined;
  if (!socket.authorized) return error instanceof Error ? error.message : String(error);
  const certificate = socket.getPeerX509Certificate();
  const names = namesOf(settings);
  const commonName = settings.policy.kind === 'verified' ? 'never' : 'default';
  if (certificate && isForOneOf(names, certificate, commonName)) return undefined;
  return `the certificate is for none of: ${names.join(', ')}`;
}

function failureOf(socket: tls.TLSSocket, settings: TlsSettings): string | undefined {
  const { policy } = settings;
  const records = policy.kind === 'dane' ? usableRecords(policy.records) : [];
  if (policy.kind !== 'dane' || records.length === 0) return authorityFailure(socket, settings);
  return daneFailure(chainOf(socket), { records, names: policy.names, now: new Date() });
}

/** What the handshake agreed on, and whether the certificate holds. */
export function tlsFactsOf(socket: tls.TLSSocket, settings: TlsSettings): TlsFacts {
  const reason = failureOf(socket, settings);
  return {
    version: socket.getProtocol() ?? 'unknown',
    cipher: socket.getCipher()?.standardName ?? 'unknown',
    verified: reason === undefined,
    ...(reason === undefined ? {} : { reason }),
  };
}

/** Whether mail may not go to a server whose certificate does not hold. */
export const needsCertificate = (policy: TlsPolicy): boolean =>
  policy.kind === 'verified' || (policy.kind === 'dane' && usableRecords(policy.records).length > 0);

const failed = (why: string, cause?: Error) => new ConnectionError('tls', `TLS failed: ${why}`, { cause });

/** Rejects with a `ConnectionError` of kind `tls`; the socket is destroyed then. */
export async function handshake(plain: net.Socket, settings: TlsSettings): Promise<tls.TLSSocket> {
  const { host, secureContext, timeoutMs } = settings;
  const secured = tls.connect({
    socket: plain,
    // The policy decides after the handshake: an opportunistic one goes on with any certificate.
    rejectUnauthorized: false,
    checkServerIdentity: () => undefined,
    ...(secureContext ? { secureContext } : {}),
    ...(net.isIP(host) ? { host } : { servername: host }),
  });
  try {
    await withinTime<void>({ timeoutMs, what: 'the TLS handshake' }, (resolve, reject) => {
      secured.once('secureConnect', () => resolve());
      secured.once('error', (error) => reject(failed(error.message, error)));
      secured.once('close', () => reject(failed('the connection was closed')));
    });
    return secured;
  } catch (error) {
    secured
      .removeAllListeners()
      .on('error', () => undefined)
      .destroy();
    throw error instanceof ConnectionError && error.failure === 'tls'
      ? error
      : failed('no answer in time', error as Error);
  }
}
