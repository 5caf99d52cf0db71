import type { KeyObject } from 'node:crypto';
import { isNullPath, parseAddress, parsePath } from '@waybill/mail/address';
import { parseReturnPath } from '@waybill/mail/verp';
import { idOfBytes, makeId } from '@waybill/relay/id';
import { sizeRefusal } from '@waybill/relay/pipeline/require-size';
import type { JobProducer } from '@waybill/relay/ports';
import { Refusal } from '@waybill/relay/refusal';
import { parseMailParameters } from '../envelope/mail-parameters.ts';
import { readPath } from '../envelope/read-path.ts';
import type { OpenVerbs } from '../smtp/verbs.ts';
import { throwIf } from '../throw-if.ts';

export type IncomingReport = {
  readonly id: string;
  readonly bytes: Buffer;
  readonly receivedAt: Date;
  readonly deliveryId: string;
  readonly detail: Readonly<Record<string, unknown>>;
};

export type ReturnPathDependencies = {
  readonly saveReport: (report: IncomingReport) => Promise<void>;
  readonly jobs: JobProducer;
  /** Called when the enqueue failed. The sweeper enqueues the report later. */
  readonly onEnqueueFailure: (error: unknown, reportId: string) => void;
  /** Domain of the installation's return paths. */
  readonly domain: string;
  /** The return path of a delivery; `undefined`: there is no such delivery, or retention has removed it. */
  readonly returnPathOf: (deliveryId: string) => Promise<string | undefined>;
  /** Keys of return paths; the first signs, the others are older. */
  readonly keys: readonly KeyObject[];
  readonly maxMessageBytes: number;
  readonly now: () => Date;
  readonly random: (size: number) => Buffer;
};

type Transaction = { readonly mailFrom: string; readonly deliveryIds: Set<string> };

/**
 * Accepts only return paths with a token of ours, so nothing is relayed and a guessed address suppresses no recipient. A host in the
 * account's own domain is accepted when the delivery was sent under it, even if its DNS records are gone, because late bounces still come.
 * The store is asked only about a token whose MAC verifies.
 */
async function deliveryOf(path: string, dependencies: ReturnPathDependencies): Promise<string> {
  const address = parsePath(path);
  const token = address && parseReturnPath(`${address.local}@${address.domain}`, dependencies.keys);
  if (token === undefined) throw new Refusal('recipient_unknown');
  const deliveryId = idOfBytes(token);
  if (address?.domain === dependencies.domain) return deliveryId;
  const sent = await dependencies.returnPathOf(deliveryId);
  if (sent === undefined || parseAddress(sent)?.domain !== address?.domain)
    throw new Refusal('recipient_unknown');
  return deliveryId;
}

async function saveReports(
  dependencies: ReturnPathDependencies,
  transaction: Transaction,
  bytes: Buffer,
): Promise<string> {
  const receivedAt = dependencies.now();
  const reports = [...transaction.deliveryIds].map((deliveryId) => ({
    id: makeId(receivedAt, dependencies.random(10)),
    bytes,
    receivedAt,
    deliveryId,
    detail: { mailFrom: transaction.mailFrom },
  }));
  await Promise.all(reports.map((report) => dependencies.saveReport(report)));
  const ids = reports.map(({ id }) => id);
  // Not awaited: the report is saved, and a queue that hangs must not delay its 250.
  dependencies.jobs.enqueue('report', ids).catch((error: unknown) => {
    for (const id of ids) dependencies.onEnqueueFailure(error, id);
  });
  return '2.0.0 report saved';
}

/** The MX of the return paths. Most reports have the null sender, but not all. RFC 3464 §2, RFC 5965. */
export const returnPathVerbs =
  (dependencies: ReturnPathDependencies): OpenVerbs =>
  (client) => {
    let transaction: Transaction | undefined;
    const forget = (): void => {
      transaction = undefined;
    };
    return {
      mechanisms: () => [],
      startAuth() {
        throw new Refusal('bad_sequence');
      },
      async mailFrom(path, parameters) {
        if (transaction !== undefined) throw new Refusal('bad_sequence');
        const { smtpUtf8, size } = parseMailParameters(parameters, client.usesEhlo);
        throwIf(sizeRefusal(size, dependencies));
        const mailFrom = isNullPath(path)
          ? path
          : readPath(path, { smtpUtf8, malformed: 'sender_malformed' });
        transaction = { mailFrom, deliveryIds: new Set() };
      },
      async rcptTo(path, parameters) {
        if (transaction === undefined) throw new Refusal('bad_sequence');
        const [unknown] = parameters.keys();
        if (unknown !== undefined) throw new Refusal('parameter_unknown', { detail: unknown });
        transaction.deliveryIds.add(await deliveryOf(path, dependencies));
      },
      hasRecipient: () => (transaction?.deliveryIds.size ?? 0) > 0,
      beginData: async () => undefined,
      isOver: () => false,
      maxMessageBytes: () => dependencies.maxMessageBytes,
      bareLineEndings: () => 'refuse',
      async message({ bytes }) {
        if (transaction === undefined) throw new Refusal('bad_sequence');
        return saveReports(dependencies, transaction, bytes);
      },
      reset: forget,
      forget,
      isAuthenticated: () => false,
      isKnownClient: async () => false,
      close: forget,
    };
  };
