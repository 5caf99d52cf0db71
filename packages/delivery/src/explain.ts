/**
 * What would become of a submission: the same steps as acceptance, preparation and the choice of a route, with nothing stored and nothing
 * sent. The ports it is given cannot write.
 */
import { foldedAddress } from '@waybill/mail/address';
import { parseHeaders } from '@waybill/mail/headers';
import { applyPatch, decodePatch } from '@waybill/mail/patch';
import { describeSuppression, isBypassed } from '@waybill/relay/delivery/suppression';
import { given } from '@waybill/relay/given';
import { type LimitState, type LimitSubject, refusing } from '@waybill/relay/limits/sending-limits';
import type { Note } from '@waybill/relay/message';
import { quotaRefusal } from '@waybill/relay/pipeline/require-quota';
import type { No } from '@waybill/relay/pipeline/stage';
import type { PreparedDelivery } from '@waybill/relay/ports';
import { Refusal } from '@waybill/relay/refusal';
import { type Examined, examine, type GateAnswer } from '@waybill/relay/submission/examine';
import { type ResolvePorts, resolveStored } from '@waybill/relay/submission/resolve-stored';
import type { AcceptDependencies, AcceptPorts, Submission } from '@waybill/relay/submission/submission';
import { type PreparePorts, prepareResolved } from './prepare-resolved.ts';
import type { Route } from './routes/hop.ts';
import { type RouteDependencies, routeOf } from './routes/route.ts';

/** Copies that are prepared and routed. More recipients get the answers of the gates only. */
const MAX_EXPLAINED = 10;

export type ExplainPorts = Pick<AcceptPorts, 'directory' | 'suppressions'> &
  ResolvePorts &
  PreparePorts & {
    /** Reads what is used of limits and takes nothing. */
    readonly limitStates: (
      accountId: string,
      subjects: readonly LimitSubject[],
    ) => Promise<readonly LimitState[]>;
    readonly routes: RouteDependencies;
  };

export type ExplainedDelivery = Pick<PreparedDelivery, 'recipient' | 'reason' | 'returnPath' | 'notes'> & {
  readonly status: PreparedDelivery['status'] | 'scheduled';
  /** The bytes that would leave, signatures with an empty `b=`; `undefined`: none would, or none were asked for. */
  readonly bytes: Buffer | undefined;
  /** `undefined`: it would not be sent. */
  readonly route: Route | undefined;
};

export type Explanation = {
  /** The first refusal; `undefined`: it would be accepted. */
  readonly no: No | undefined;
  /** `undefined`: it is refused before its account is known. */
  readonly examined: Examined | undefined;
  readonly gates: readonly GateAnswer[];
  /** Of preparation, for the whole message. */
  readonly notes: readonly Note[];
  readonly deliveries: readonly ExplainedDelivery[];
};

/** What taking quota would say. New recipients are known only when they are taken. */
async function quotaAnswer({ owned, facts }: Examined, { limitStates }: ExplainPorts): Promise<GateAnswer> {
  const recipients = owned.envelope.rcptTo.length;
  const states = facts.limited.length === 0 ? [] : await limitStates(owned.account.id, facts.limited);
  const binding = refusing(states, { recipients, fresh: 0 });
  const left = binding && { recipients: binding.remaining, binding, retryAt: binding.resetsAt };
  return { name: 'take-quota', no: left && quotaRefusal(recipients, left) };
}

/** Without preparation: the answer of the suppression list alone. */
const unprepared = ({ owned, facts }: Examined): readonly ExplainedDelivery[] =>
  owned.envelope.rcptTo.slice(0, MAX_EXPLAINED).map((recipient) => {
    const suppression = facts.suppressed.get(foldedAddress(recipient));
    const isSent = suppression === undefined || isBypassed(suppression, owned.options);
    return {
      recipient,
      status: isSent ? 'queued' : 'suppressed',
      reason: isSent ? 'It would be prepared and sent.' : describeSuppression(suppression),
      returnPath: undefined,
      notes: [],
      bytes: undefined,
      route: undefined,
    };
  });

/** The answers of the worker for the message as acceptance would store it. */
async function preparedOf({ message }: Examined, ports: ExplainPorts) {
  const found = await resolveStored({ id: message.id, fields: parseHeaders(message.bytes).fields }, ports);
  const { accountId } = found.resolution;
  if (accountId === undefined) throw new Refusal('account_undecided', { detail: found.resolution.reason });
  return prepareResolved(message, { accountId, found, unsigned: true }, ports);
}

const shown = (
  source: Buffer,
  { recipient, status, reason, returnPath, notes, patch }: PreparedDelivery,
): ExplainedDelivery => ({
  ...{ recipient, status, reason, returnPath, notes, route: undefined },
  bytes: patch && applyPatch(source, decodePatch(patch)),
});

/** With the route of a delivery that would be sent, and `scheduled` for one that would wait for its time. */
async function routed(
  one: ExplainedDelivery,
  { owned, message }: Examined,
  { routes }: ExplainPorts,
): Promise<ExplainedDelivery> {
  if (one.status !== 'queued') return one;
  const { recipient } = one;
  const asked = { recipient, sandbox: message.sandbox, requireTls: message.options.requireTls ?? false };
  const route = await routeOf(routes, asked, owned.account);
  const { sendAt } = message;
  if (sendAt === undefined) return { ...one, route };
  return { ...one, status: 'scheduled', reason: `It would wait until ${sendAt.toISOString()}.`, route };
}

type Copies = Pick<Explanation, 'notes' | 'deliveries'>;

async function copiesOf(examined: Examined, isPrepared: boolean, ports: ExplainPorts): Promise<Copies> {
  const isFew = examined.owned.envelope.rcptTo.length <= MAX_EXPLAINED;
  const prepared = isPrepared && isFew ? await preparedOf(examined, ports) : undefined;
  const { bytes } = examined.message;
  const deliveries = prepared?.deliveries.map((one) => shown(bytes, one)) ?? unprepared(examined);
  return {
    notes: prepared?.notes ?? [],
    deliveries: await Promise.all(deliveries.map((one) => routed(one, examined, ports))),
  };
}

export type Asked = {
  readonly submission: Submission;
  /** Whether the copies are made, which takes the time of preparing the message. */
  readonly isPrepared: boolean;
};

/** Rejects only when it cannot be known. A refusal is an answer. */
export async function explain(
  { submission, isPrepared }: Asked,
  ports: ExplainPorts,
  dependencies: AcceptDependencies,
): Promise<Explanation> {
  const nothing = { examined: undefined, gates: [], notes: [], deliveries: [] };
  const examined = await examine(submission, ports, dependencies).catch((error: unknown) => {
    if (error instanceof Refusal && error.code !== 'temporarily_unavailable') return error;
    throw error;
  });
  if (examined instanceof Refusal)
    return { ...nothing, no: { code: examined.code, ...given({ detail: examined.detail }) } };
  const gates = [...examined.gates, await quotaAnswer(examined, ports)];
  const no = gates.find((gate) => gate.no !== undefined)?.no;
  const copies = no === undefined ? await copiesOf(examined, isPrepared, ports) : nothing;
  return { ...copies, no, examined, gates };
}
