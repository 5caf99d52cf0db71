/** The mechanisms of AUTH as exchanges. `@waybill/mail` has their syntax and proofs, `login.ts` finds the credential. */

import { setTimeout as wait } from 'node:timers/promises';
import { isSecretOf, secretHashOf } from '@waybill/io/secrets/generated-secret';
import { decoyScramKeys, finishScram, parseClientFirst, startScram } from '@waybill/mail/login/scram';
import {
  formatCramChallenge,
  isCramAnswer,
  loginPrompts,
  parseCramAnswer,
  parseExternal,
  parseLoginAnswer,
  parsePlain,
} from '@waybill/mail/smtp-auth';
import { Refusal } from '@waybill/relay/refusal';
import type { SaslExchange } from '../smtp/sasl-wire.ts';
import { concludeLogin, findCandidate } from './login.ts';
import type { Session } from './session.ts';

type Mechanism = (session: Session) => SaslExchange;

// Compared for users that do not exist, so that their refusal takes as long.
const nobodysHash = Buffer.alloc(32);
const decoySecret = 'absent';
/** Longer than a look-up takes, because a faster challenge for some names would show which names exist. RFC 4954 §9. */
const CHALLENGE_MS = 5;
const malformed = (): Refusal => new Refusal('authentication_malformed');

type Password = { readonly mechanism: string; readonly username: string; readonly password: string };

async function checkPassword(session: Session, { mechanism, username, password }: Password, mayAct = true) {
  const candidate = await findCandidate(session, { mechanism, username, apiKey: password });
  const stored = candidate.credential?.secretHashes ?? [nobodysHash];
  const secretHash = secretHashOf(password);
  const isProven = isSecretOf(secretHash, stored) && mayAct;
  await concludeLogin(session, { ...candidate, secretHash }, isProven);
}

/** RFC 4616. A user cannot act for another one: the authzid must be empty or the user itself. */
async function* plain(session: Session): SaslExchange {
  const message = parsePlain(yield undefined);
  if (message === undefined) throw malformed();
  const { authzid, username, password } = message;
  const mayAct = authzid === '' || authzid === username;
  await checkPassword(session, { mechanism: 'PLAIN', username, password }, mayAct);
}

async function* login(session: Session): SaslExchange {
  const username = parseLoginAnswer(yield Buffer.from(loginPrompts.username));
  if (username === undefined) throw malformed();
  const password = parseLoginAnswer(yield Buffer.from(loginPrompts.password));
  if (password === undefined) throw malformed();
  await checkPassword(session, { mechanism: 'LOGIN', username, password });
}

/** RFC 2195. Works only for credentials with a recoverable secret. */
async function* cramMd5(session: Session): SaslExchange {
  const { dependencies } = session;
  const nonce = dependencies.random(16).toString('hex');
  const challenge = formatCramChallenge({ nonce, at: dependencies.now(), host: dependencies.hostName });
  const answer = parseCramAnswer(yield Buffer.from(challenge));
  if (answer === undefined) throw malformed();
  const candidate = await findCandidate(session, { mechanism: 'CRAM-MD5', username: answer.username });
  const secret = candidate.credential?.cramSecret;
  const isProven = isCramAnswer(challenge, secret ?? decoySecret, answer) && secret !== undefined;
  await concludeLogin(session, candidate, isProven);
}

/** RFC 5802, RFC 7677. The server's last message is a challenge with an empty response. RFC 4954 §4. */
async function* scramSha256(session: Session): SaslExchange {
  const { dependencies } = session;
  const first = parseClientFirst((yield undefined).toString('utf8'));
  if (first === undefined) throw malformed();
  const { username, authzid } = first;
  const [candidate] = await Promise.all([
    findCandidate(session, { mechanism: 'SCRAM-SHA-256', username }),
    wait(CHALLENGE_MS, undefined, { ref: false }),
  ]);
  const keys = candidate.credential?.scram ?? decoyScramKeys(username, dependencies.decoyKey);
  const exchange = startScram(first, dependencies.random(18).toString('base64'), keys);
  const final = finishScram(exchange, (yield Buffer.from(exchange.serverFirst)).toString('utf8'));
  const mayAct = authzid === '' || authzid === username;
  const isProven = final !== undefined && candidate.credential?.scram !== undefined && mayAct;
  if (isProven && (yield Buffer.from(final)).length > 0) throw malformed();
  await concludeLogin(session, candidate, isProven);
}

/**
 * The certificate of the handshake names the credential that registered it. RFC 4422 appendix A. Failures are counted under its fingerprint,
 * so that an unknown certificate locks no user name. The authzid must be empty or the user itself.
 */
async function* external(session: Session): SaslExchange {
  const authzid = parseExternal(yield undefined);
  if (authzid === undefined) throw malformed();
  const { certificate } = session.client;
  const candidate = await findCandidate(session, {
    mechanism: 'EXTERNAL',
    username: `certificate ${certificate?.fingerprint ?? 'absent'}`,
    certificate: certificate?.fingerprint,
  });
  const now = session.dependencies.now();
  const isValid = certificate !== undefined && certificate.validFrom <= now && now < certificate.validTo;
  const mayAct = authzid === '' || authzid === candidate.credential?.username;
  await concludeLogin(session, candidate, isValid && mayAct);
}

/** In the order in which EHLO lists them. */
export const mechanisms: ReadonlyMap<string, Mechanism> = new Map<string, Mechanism>([
  ['PLAIN', plain],
  ['LOGIN', login],
  ['CRAM-MD5', cramMd5],
  ['SCRAM-SHA-256', scramSha256],
  ['EXTERNAL', external],
]);

/** Mechanisms that are refused as too weak, 534 5.7.9: ANONYMOUS (RFC 4505) and DIGEST-MD5 (obsolete by RFC 6331). */
export const weakMechanisms: ReadonlySet<string> = new Set(['ANONYMOUS', 'DIGEST-MD5', 'NTLM']);
