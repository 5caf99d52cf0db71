import { Refusal } from '@waybill/relay/refusal';
import { permitsAuth } from '../role.ts';
import type { SaslExchange } from '../smtp/sasl-wire.ts';
import { mechanisms, weakMechanisms } from './mechanisms.ts';
import type { Session } from './session.ts';

/** The mechanisms for EHLO; none where AUTH would be refused. RFC 4954 §3, §4. */
export function offeredMechanisms({ role, client, login, dependencies }: Session): readonly string[] {
  if (login !== undefined || !permitsAuth(role, client.isSecure)) return [];
  const isUseful: Readonly<Record<string, () => boolean>> = {
    'CRAM-MD5': dependencies.offersCramMd5,
    EXTERNAL: () => client.certificate !== undefined,
  };
  return [...mechanisms.keys()].filter((name) => isUseful[name]?.() ?? true);
}

/** The AUTH command. RFC 4954 §4. */
export function startAuth(session: Session, name: string): SaslExchange {
  const { role, client } = session;
  if (!permitsAuth(role, client.isSecure)) throw new Refusal('encryption_required');
  if (session.login !== undefined) throw new Refusal('bad_sequence', { detail: 'Already authenticated' });
  // A login within a transaction would change the account of its envelope.
  if (session.transaction !== undefined) {
    throw new Refusal('bad_sequence', { detail: 'AUTH is not allowed within a mail transaction' });
  }
  if (weakMechanisms.has(name)) throw new Refusal('authentication_mechanism_too_weak');
  // On loopback a password may be sent in clear. A certificate needs TLS.
  if (name === 'EXTERNAL' && !client.isSecure) throw new Refusal('encryption_required');
  const mechanism = mechanisms.get(name);
  if (mechanism === undefined) throw new Refusal('authentication_mechanism_unknown');
  return mechanism(session);
}
