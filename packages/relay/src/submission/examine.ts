/** What acceptance would decide about a submission. Stores nothing and uses no quota. */
import { gates } from '../pipeline/pipeline.ts';
import type { GateFacts, No } from '../pipeline/stage.ts';
import type { AcceptedMessage } from '../ports.ts';
import { Refusal } from '../refusal.ts';
import { acceptedOf, decideAccount, loadGateFacts, type Owned, own, readSubmission } from './owned.ts';
import { sendAtOf } from './send-at.ts';
import type { AcceptDependencies, AcceptPorts, Submission } from './submission.ts';

export type GateAnswer = { readonly name: string; readonly no: No | undefined };

export type Examined = {
  readonly owned: Owned;
  readonly facts: GateFacts;
  /** Every gate in its order, and its refusal if it has one. Acceptance stops at the first refusal. */
  readonly gates: readonly GateAnswer[];
  /** The message as acceptance would store it. */
  readonly message: AcceptedMessage;
};

/** `requireSenderAuthorized` → `require-sender-authorized`, the name of its file. */
const kebab = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** Rejects with the refusal of a submission that does not reach the gates. */
export async function examine(
  submission: Submission,
  ports: Pick<AcceptPorts, 'directory' | 'suppressions'>,
  dependencies: AcceptDependencies,
): Promise<Examined> {
  const read = readSubmission(submission, dependencies);
  const { resolution } = await decideAccount(read, submission, ports);
  if (resolution.accountId === undefined)
    throw new Refusal('account_undecided', { detail: read.from.fault ?? `From is ${read.from.address}` });
  const owned = await own(read, resolution, { submission, ports });
  const sendAt = sendAtOf(owned.sendAtWish, owned.at);
  const facts = await loadGateFacts(owned, ports, dependencies);
  return {
    owned,
    facts,
    gates: gates.map((gate) => ({ name: kebab(gate.name), no: gate(owned, facts) })),
    message: acceptedOf({ ...owned, sendAt }, submission, dependencies),
  };
}

/** Rejects with the refusal that acceptance would give now, limits over time excepted. */
export async function requireAcceptable(
  submission: Submission,
  ports: Pick<AcceptPorts, 'directory' | 'suppressions'>,
  dependencies: AcceptDependencies,
): Promise<void> {
  const { gates: asked } = await examine(submission, ports, dependencies);
  const no = asked.find((gate) => gate.no !== undefined)?.no;
  if (no) throw new Refusal(no.code, no);
}
