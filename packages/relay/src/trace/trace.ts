/**
 * The trace of a message: its steps in causal order, the reason of each, and the present state. ARCHITECTURE §6. It shows stored
 * facts only and computes no decision again.
 */
import { describeEvent } from '../events/describe.ts';
import type { DeliveryStatus, EventType } from '../events/event.ts';
import type { Note } from '../message.ts';
import type { SessionFacts, StoredMessage } from '../ports.ts';
import type { Resolution } from '../resolve-account.ts';

/** An attempt as the trace needs it. */
export type TracedAttempt = {
  readonly number: number;
  readonly startedAt: Date;
  readonly dotSentAt: Date | undefined;
  readonly endedAt: Date | undefined;
  /** `undefined`: the attempt is running, or its process died. */
  readonly outcome: string | undefined;
  readonly reason: string | undefined;
  readonly host: string | undefined;
  readonly ip: string | undefined;
  readonly reply: { readonly text: string } | undefined;
};

/** A delivery as the trace needs it. */
export type TracedDelivery = {
  readonly id: string;
  readonly recipient: string;
  readonly status: DeliveryStatus;
  readonly reason: string;
  readonly notes: readonly Note[];
  readonly history: readonly TracedAttempt[];
};

/** An event as the trace needs it. */
export type TracedEvent = {
  readonly type: EventType;
  readonly deliveryId: string | undefined;
  readonly occurredAt: Date;
  readonly detail: Readonly<Record<string, unknown>>;
};

/** All stored facts about a message. */
export type Story = {
  readonly message: {
    readonly state: StoredMessage['state'];
    /** The reason when it is held or discarded; else empty. */
    readonly reason: string;
    readonly session: SessionFacts;
    readonly resolution: Resolution;
    readonly notes: readonly Note[];
    readonly acceptedAt: Date;
  };
  readonly deliveries: readonly TracedDelivery[];
  readonly events: readonly TracedEvent[];
};

/** The kinds of trace entries. */
export type TraceKind = 'session' | 'account' | 'step' | 'attempt' | 'event';

/** One entry of the trace. */
export type TraceEntry = {
  readonly at: Date;
  readonly kind: TraceKind;
  /** `undefined`: it concerns the whole message. */
  readonly deliveryId: string | undefined;
  readonly step: string;
  readonly what: string;
  /** One sentence. */
  readonly reason: string;
  readonly detail: Readonly<Record<string, unknown>>;
};

/** The trace of a message. */
export type Trace = {
  /** The present state and its reason, one sentence. */
  readonly reason: string;
  readonly entries: readonly TraceEntry[];
};

const sessionSentence = ({ via, clientIp, heloName, protocol, tls, mechanism }: SessionFacts): string => {
  const who = via === 'http' ? 'The API' : `A session over ${protocol ?? 'SMTP'}`;
  const from = clientIp === undefined ? '' : ` from ${clientIp}`;
  const name = heloName === undefined ? '' : `, which called itself ${heloName}`;
  const how = mechanism === undefined ? '' : `, with ${mechanism}`;
  return `${who} handed it over${from}${name}${how}${tls === undefined ? '' : `, encrypted by ${tls}`}.`;
};

const noteEntries = (notes: readonly Note[], at: Date, deliveryId?: string): readonly TraceEntry[] =>
  notes.map(({ step, what, reason, detail }) => ({
    at,
    kind: 'step',
    deliveryId,
    step,
    what,
    reason: reason ?? `${what}.`,
    detail: detail ?? {},
  }));

const attemptSentence = ({ outcome, reason, dotSentAt }: TracedAttempt): string => {
  if (reason !== undefined && reason !== '') return reason;
  if (outcome !== undefined) return `It ended as ${outcome}.`;
  return dotSentAt === undefined
    ? 'It has begun and not ended yet.'
    : 'The message was sent and the answer is awaited.';
};

const attemptEntries = ({ id, history }: TracedDelivery): readonly TraceEntry[] =>
  history.map((attempt) => ({
    at: attempt.endedAt ?? attempt.startedAt,
    kind: 'attempt',
    deliveryId: id,
    step: `attempt ${attempt.number}`,
    what: attempt.outcome ?? (attempt.dotSentAt === undefined ? 'started' : 'dot sent'),
    reason: attemptSentence(attempt),
    detail: { host: attempt.host, ip: attempt.ip, reply: attempt.reply?.text },
  }));

const eventEntries = (events: readonly TracedEvent[]): readonly TraceEntry[] =>
  events.map(({ type, deliveryId, occurredAt, detail }) => ({
    at: occurredAt,
    kind: 'event',
    deliveryId,
    step: 'event',
    what: type,
    reason: describeEvent(type, detail),
    detail,
  }));

const byTime = (one: TraceEntry, other: TraceEntry): number => one.at.getTime() - other.at.getTime();

function entriesOf({ message, deliveries, events }: Story): readonly TraceEntry[] {
  const { session, resolution, acceptedAt: at } = message;
  const whole = { at, deliveryId: undefined, detail: {} };
  const later = [...deliveries.flatMap(attemptEntries), ...eventEntries(events)];
  return [
    { ...whole, kind: 'session', step: session.via, what: 'accepted', reason: sessionSentence(session) },
    {
      ...whole,
      kind: 'account',
      step: 'resolve-account',
      what: resolution.by ?? 'undecided',
      reason: resolution.reason,
    },
    ...noteEntries(message.notes, at),
    ...deliveries.flatMap(({ id, notes }) => noteEntries(notes, at, id)),
    // The sort is stable, so entries with the same time stay in causal order.
    ...later.toSorted(byTime),
  ];
}

const waiting: readonly DeliveryStatus[] = ['scheduled', 'queued', 'deferred'];
const MAX_NAMED = 3;

const named = (deliveries: readonly TracedDelivery[]): string => {
  const list = deliveries
    .slice(0, MAX_NAMED)
    .map(({ recipient, status, reason }) => `${recipient} is ${status}: ${reason}`);
  const rest = deliveries.length - list.length;
  return [...list, ...(rest > 0 ? [`and ${rest} more`] : [])].join(' ');
};

/** The state of the message: failed deliveries are named before waiting ones, and these before delivered ones. */
function standing({ message, deliveries }: Story): string {
  if (message.reason !== '') return message.reason;
  const [only, ...others] = deliveries;
  if (!only) return 'It is accepted and waits to be prepared.';
  if (others.length === 0 || deliveries.every(({ status }) => status === 'scheduled')) return only.reason;
  const arrived = deliveries.filter(({ status }) => status === 'delivered');
  const open = deliveries.filter(({ status }) => waiting.includes(status));
  const ended = deliveries.filter(({ status }) => status !== 'delivered' && !waiting.includes(status));
  const counted = `${arrived.length} of ${deliveries.length} recipients have it.`;
  return [counted, named([...ended, ...open])].filter((part) => part !== '').join(' ');
}

/** Makes the trace of a message from the stored facts. */
export const traceOf = (story: Story): Trace => ({ reason: standing(story), entries: entriesOf(story) });
