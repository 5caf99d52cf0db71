import { normalIp } from '@waybill/mail/ip-address';
import type { SMTPConnection } from 'smtp-server/lib/smtp-connection.js';
import type { Client } from './verbs.ts';

/** A connection as the verbs see it, always as it is now. */
export const clientOf = (connection: SMTPConnection): Client => ({
  get ip() {
    return normalIp(connection.remoteAddress) ?? connection.remoteAddress;
  },
  get heloName() {
    return connection.hostNameAppearsAs || undefined;
  },
  get saidEhlo() {
    return connection.openingCommand === 'EHLO';
  },
  get isSecure() {
    return connection.secure;
  },
  get tls() {
    const cipher = connection.tlsOptions;
    return cipher ? `${cipher.version} ${cipher.standardName ?? cipher.name}` : undefined;
  },
});
