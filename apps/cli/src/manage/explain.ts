/** `waybill message explain`: the same use-case as `POST /v1/explain`. */
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import type { Asked, Explanation } from '@waybill/delivery/explain';
import { type ExplanationView, explanationView } from '@waybill/delivery/explanation-view';
import { openExplaining } from '@waybill/io/delivery/open-explaining';
import { openListener } from '@waybill/io/postgres/connection/listener';
import { deriveKeys } from '@waybill/io/secrets/keys';
import { loadMasterKey } from '@waybill/io/secrets/master-key';
import { openSecretBox } from '@waybill/io/secrets/secret-box';
import { ownSender } from '@waybill/relay/management/own-sender';
import type { AccountRecord } from '@waybill/relay/management/records';
import { composeRaw, envelopeOfText } from '@waybill/relay/submission/raw-submission';
import type { AcceptDependencies } from '@waybill/relay/submission/submission';
import { details, table } from './output.ts';
import type { Session } from './session.ts';

export type ExplainOptions = {
  readonly to: readonly string[];
  readonly from?: string;
  /** A message (RFC 5322); `-` is standard input. Without it the question is whether mail to the recipients would be accepted. */
  readonly file?: string;
  readonly stream?: string;
};

async function bytesOf(file: string): Promise<Buffer> {
  if (file === '-') return buffer(process.stdin);
  try {
    return await readFile(file);
  } catch (error) {
    const { code = 'unknown error' } = error as NodeJS.ErrnoException;
    throw new Error(
      `${file} cannot be read (${code}).\nFix: name a file that holds one message, or - for standard input.`,
    );
  }
}

async function requireStream(
  session: Session,
  { id }: AccountRecord,
  name: string | undefined,
): Promise<void> {
  if (name === undefined) return;
  const streams = await session.ports.stores.streams.list(id);
  if (streams.some((stream) => stream.name === name)) return;
  const names = streams.map((stream) => stream.name).join(', ');
  throw new Error(`This account has no stream ${name}.\nFix: name one of ${names}.`);
}

/** Only the gates read it, so it needs no body. */
const bareMessage = (from: string, to: string): Buffer => Buffer.from(`From: ${from}\r\nTo: ${to}\r\n\r\n`);

async function askedOf(session: Session, account: AccountRecord, options: ExplainOptions): Promise<Asked> {
  await requireStream(session, account, options.stream);
  const to = options.to.join(', ');
  const { file } = options;
  const sender =
    options.from ??
    (file === undefined
      ? await ownSender({ accountId: account.id, only: [] }, session.ports.stores)
      : undefined);
  const bytes = file === undefined ? bareMessage(sender ?? '', to) : await bytesOf(file);
  const written = envelopeOfText({ from: sender, to, pointers: { from: '--from', to: '--to' } });
  const { envelope, bytes: composed } = composeRaw(bytes, written);
  return {
    isPrepared: file !== undefined,
    submission: {
      envelope,
      bytes: composed,
      session: {
        via: 'http',
        clientIp: undefined,
        heloName: undefined,
        protocol: undefined,
        tls: undefined,
        listener: undefined,
        mechanism: undefined,
      },
      authenticated: { accountId: account.id, credentialId: undefined },
      networks: [],
      options: options.stream === undefined ? {} : { stream: options.stream },
    },
  };
}

async function explained({ config, database }: Session, asked: Asked): Promise<Explanation> {
  const masterKey = loadMasterKey(config);
  const keys = deriveKeys(masterKey);
  const listener = openListener(database);
  const submitting: AcceptDependencies = {
    now: () => new Date(),
    random: randomBytes,
    headerKeys: [keys.headerMac],
    hostName: config.WAYBILL_HOSTNAME,
    maxMessageBytes: config.MAX_MESSAGE_BYTES,
    maxRecipients: config.MAX_RECIPIENTS,
    onEnqueueFailure: () => undefined,
  };
  const explaining = openExplaining({
    ...{ config, keys, listener, submitting },
    box: openSecretBox(masterKey),
    erasedKey: keys.erased,
    onTrouble: () => undefined,
  });
  try {
    return await explaining.explain(asked);
  } finally {
    await explaining.close();
    await listener.close();
  }
}

type DeliveryView = ExplanationView['deliveries'][number];

const nextHop = (route: DeliveryView['route']): string | null => {
  if (route === null) return null;
  return route.problem ?? route.hosts.map(({ host, port }) => `${host}:${port}`).join(', ');
};

const deliveryLine = (one: DeliveryView) => ({
  recipient: one.recipient,
  status: one.status,
  hosts: nextHop(one.route),
  signed: one.signatures.map(({ domain, selector }) => `${domain}/${selector}`).join(', ') || null,
  reason: one.reason,
});

/** The answer first, then each gate, then each copy. */
function textOf({ gates, deliveries, ...view }: ExplanationView): string {
  const summary = {
    would_accept: view.would_accept,
    refusal: view.refusal,
    from: view.from,
    account: view.resolution?.reason,
    stream: view.stream?.name,
    sandbox: view.sandbox,
    scheduled_at: view.scheduled_at,
    tracking: view.tracking,
  };
  const notes = [...view.notes, ...deliveries.flatMap((one) => one.notes)];
  const parts = [
    details(summary),
    table(gates, 'It is refused before its account is known.'),
    table(deliveries.map(deliveryLine), 'No copy would be made.'),
    ...(notes.length === 0
      ? []
      : [
          table(
            notes.map(({ step, what, reason }) => ({ step, what, reason })),
            '',
          ),
        ]),
  ];
  return parts.join('\n\n');
}

/** Sends nothing and stores nothing. A refusal is an answer, so it ends with 0. */
export async function explainMessage(session: Session, options: ExplainOptions): Promise<void> {
  const asked = await askedOf(session, await session.account(), options);
  const explanation = await explained(session, asked);
  const view = explanationView(explanation, asked.submission.envelope.mailFrom);
  session.print(view, textOf(view));
}
