import { createSecretKey, generateKeyPairSync } from 'node:crypto';
import type { Envelope } from '@waybill/mail/envelope';
import { applyPatch, decodePatch } from '@waybill/mail/patch';
import { openMessage } from './content/open-message.ts';
import { patchOf } from './content/patch-of.ts';
import { anAccount, aStream, at, idOf } from './in-memory-ports.test-support.ts';
import type { Note } from './message.ts';
import { perMessage, throughStages } from './pipeline/pipeline.ts';
import { prepare } from './pipeline/prepare.ts';
import type { Facts } from './pipeline/stage.ts';
import { makeTrackingKey } from './tracking/token.ts';

const platformKeys = [
  {
    domain: 'waybill.test',
    selector: 'one',
    algorithm: 'ed25519',
    privateKey: generateKeyPairSync('ed25519').privateKey,
  },
] as const;

export const facts = (some: Partial<Facts> = {}): Facts => ({
  now: at,
  acceptedAt: at,
  sendAt: undefined,
  ownReturnPath: undefined,
  account: anAccount(),
  stream: aStream({ trackClicks: 'none', trackOpens: false, listUnsubscribe: false }),
  suppressed: new Map(),
  signingKeys: [],
  platformKeys,
  platformSignature: false,
  tracking: { baseUrl: 'https://t.waybill.test', key: makeTrackingKey(1, Buffer.alloc(32, 5)) },
  returnPath: { domain: 'bounces.waybill.test', key: createSecretKey(Buffer.alloc(32, 6)) },
  platformDomain: 'waybill.test',
  ...some,
});

/** The stored message: our two fields on top. */
const stored = (client: Buffer): Buffer =>
  Buffer.concat([
    Buffer.from('Received: from client.example by mx.waybill.test with ESMTPA id msg_1;\r\n now\r\n'),
    Buffer.from('X-Waybill-Account: v1; account=acc_1\r\n'),
    client,
  ]);

const envelopeOf = (some: Partial<Envelope> = {}): Envelope => ({
  mailFrom: 'ada@acme.test',
  rcptTo: ['bob@there.example'],
  smtpUtf8: false,
  body: '7bit',
  ...some,
});

const withoutReceived = (bytes: Buffer): Buffer => bytes.subarray(bytes.indexOf(' now\r\n') + 6);

export type Cleaned = { readonly bytes: Buffer; readonly notes: readonly Note[] };

/** Runs the stages of the message alone: the outgoing bytes and the notes of the trace. */
export function cleaned(client: Buffer, envelope: Partial<Envelope> = {}): Cleaned {
  const source = stored(client);
  const message = openMessage({ id: idOf(50), source, envelope: envelopeOf(envelope), options: {} });
  const after = throughStages(perMessage, message, facts());
  const bytes = withoutReceived(applyPatch(source, patchOf(after)));
  const notes = after.notes.filter(({ step }) => step !== 'rewrite-links' && step !== 'add-open-pixel');
  return { bytes, notes };
}

/** The outgoing copy, signed, with the notes of the message and of the delivery. */
export function copied(client: Buffer, some: Partial<Facts> = {}): Cleaned {
  const source = stored(client);
  const message = openMessage({ id: idOf(50), source, envelope: envelopeOf(), options: {} });
  const resolution = {
    accountId: idOf(1),
    credentialId: undefined,
    by: 'auth',
    reason: 'x',
    rejected: [],
  } as const;
  const prepared = prepare(message, facts(some), { resolution, sandbox: false });
  const [delivery] = prepared.deliveries;
  const bytes = applyPatch(source, decodePatch(delivery?.patch ?? Buffer.alloc(0)));
  return { bytes, notes: [...prepared.notes, ...(delivery?.notes ?? [])] };
}
