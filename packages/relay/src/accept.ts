/** Accepts a submission, for SMTP and HTTP alike, after the session has authenticated the client. No refusal follows a resolved call. */
import { foldedAddress } from '@waybill/mail/address';
import { firstNo } from './pipeline/pipeline.ts';
import type { GateFacts } from './pipeline/stage.ts';
import type { AcceptedMessage, Wanted } from './ports.ts';
import { Refusal } from './refusal.ts';
import type { Resolution } from './resolve-account.ts';
import { type Accepted, answerOf } from './submission/accepted.ts';
import {
  acceptedOf,
  decideAccount,
  discardOfSession,
  loadGateFacts,
  loadSuppressed,
  type Owned,
  own,
  type Passed,
  type Read,
  readSubmission,
} from './submission/owned.ts';
import { laterOf, sendAtOf } from './submission/send-at.ts';
import type { AcceptDependencies, AcceptPorts, Submission } from './submission/submission.ts';
import { contentHashOf, type KeyedSubmission, keptBefore, reservedId } from './submission/submission-key.ts';
import { takeQuota, unlessKept } from './submission/take-quota.ts';

/** The account of the submission. A submission that no account owns is saved as a discard, so that the operator sees it. */
async function resolve(read: Read, submission: Submission, ports: AcceptPorts): Promise<Resolution> {
  const decided = await decideAccount(read, submission, ports);
  if (decided.resolution.accountId !== undefined) return decided.resolution;
  await ports.messages.saveDiscard(discardOfSession(read, decided, submission));
  throw new Refusal('account_undecided', { detail: read.from.fault ?? `From is ${read.from.address}` });
}

const wantedBy = ({ account, envelope }: Owned, { limited }: GateFacts): Wanted => ({
  accountId: account.id,
  subjects: limited,
  recipients: envelope.rcptTo.map(foldedAddress),
});

/** Not awaited: a queue that hangs must not delay the 250 of a message that is committed. */
function enqueue(message: AcceptedMessage, { jobs }: AcceptPorts, dependencies: AcceptDependencies): void {
  const enqueueing = async (): Promise<void> => jobs.enqueue('accepted', [message.id], message.sendAt);
  enqueueing().catch((error: unknown) => dependencies.onEnqueueFailure(error, message.id));
}

const keyedOf = ({ account, options, ...read }: Owned): KeyedSubmission | undefined =>
  options.idempotencyKey === undefined
    ? undefined
    : {
        accountId: account.id,
        key: options.idempotencyKey,
        contentHash: contentHashOf({ ...read, options }),
        now: read.at,
      };

/**
 * Control headers → strip → resolve → gates → limits → our own fields on top → commit → enqueue.
 * Resolves after the commit; the caller then answers 250 or 202. Rejects with a `Refusal`, or with another error, which is temporary.
 */
export async function accept(
  submission: Submission,
  ports: AcceptPorts,
  dependencies: AcceptDependencies,
): Promise<Accepted> {
  const read = readSubmission(submission, dependencies);
  const resolution = await resolve(read, submission, ports);
  const owned = await own(read, resolution, { submission, ports });
  const keyed = keyedOf(owned);
  // Before the gates: a repeat of an accepted submission gets the same answer and uses no quota.
  const before = keyed && (await keptBefore(ports.keys, keyed));
  if (before !== undefined) {
    const repeated = { ...owned, sendAt: laterOf(owned.sendAtWish, owned.at) };
    return answerOf(repeated, { messageId: before, isRepeat: true }, await loadSuppressed(owned, ports));
  }
  const passed: Passed = { ...owned, sendAt: sendAtOf(owned.sendAtWish, owned.at) };
  const facts = await loadGateFacts(owned, ports, dependencies);
  const no = firstNo(owned, facts);
  if (no) throw new Refusal(no.code, no);
  // After the gates, so that a refused submission uses no quota and no key. When the commit fails the quota stays used, because
  // the commit may have happened.
  const { giveBack, limits } = await takeQuota(ports.usage, wantedBy(owned, facts));
  const id = keyed
    ? await unlessKept(owned.id, giveBack, () => reservedId(ports.keys, keyed, owned.id))
    : owned.id;
  const message = acceptedOf({ ...passed, id }, submission, dependencies);
  await ports.messages.accept(message);
  enqueue(message, ports, dependencies);
  return { ...answerOf(passed, { messageId: id, isRepeat: false }, facts.suppressed), limits };
}
