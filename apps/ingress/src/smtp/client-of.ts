import { TLSSocket } from 'node:tls';
import { normalIp } from '@waybill/mail/addresses/ip-address';
import type { SMTPConnection } from 'smtp-server/lib/smtp-connection.js';
import type { Client, ClientCertificate } from './verbs.ts';

function certificateOf({ _socket: socket }: SMTPConnection): ClientCertificate | undefined {
  const shown = socket instanceof TLSSocket ? socket.getPeerX509Certificate() : undefined;
  if (shown === undefined) return undefined;
  return {
    fingerprint: shown.fingerprint256.replaceAll(':', '').toLowerCase(),
    validFrom: shown.validFromDate,
    validTo: shown.validToDate,
  };
}

/** The view of a connection that the verbs have, always in its present state. */
export const clientOf = (connection: SMTPConnection): Client => ({
  get ip() {
    return normalIp(connection.remoteAddress) ?? connection.remoteAddress;
  },
  get heloName() {
    return connection.hostNameAppearsAs || undefined;
  },
  get usesEhlo() {
    return connection.openingCommand === 'EHLO';
  },
  get isSecure() {
    return connection.secure;
  },
  get tls() {
    const cipher = connection.tlsOptions;
    return cipher ? `${cipher.version} ${cipher.standardName ?? cipher.name}` : undefined;
  },
  get certificate() {
    return certificateOf(connection);
  },
});
