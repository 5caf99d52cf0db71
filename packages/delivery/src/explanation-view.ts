/** An explanation as the API and `waybill message explain --json` show it. The API checks it against the contract. */
import { publicId } from '@waybill/relay/id';
import { isoOrNull, orNull } from '@waybill/relay/management/or-null';
import type { Note } from '@waybill/relay/message';
import type { No } from '@waybill/relay/pipeline/stage';
import { refusalRow } from '@waybill/relay/refusal';
import { noteView } from '@waybill/relay/trace/note-view';
import { ownResolution } from '@waybill/relay/trace/resolution-view';
import { clickTracking, openTracking } from '@waybill/relay/tracking/tracking-mode';
import type { ExplainedDelivery, Explanation } from './explain.ts';
import type { Route } from './routes/hop.ts';

type Signature = { readonly domain: string; readonly selector: string; readonly algorithm: string };

const refusalView = ({ code, detail }: No) => {
  const { text, fix } = refusalRow(code);
  return { code, title: text, detail: orNull(detail), fix };
};

/** The login at a smart host is a secret. */
function routeView(route: Route) {
  if ('hops' in route)
    return { hosts: route.hops.map(({ host, port, tls }) => ({ host, port, tls: tls.kind })), problem: null };
  return { hosts: [], problem: 'text' in route.outcome ? route.outcome.text : 'no host takes this mail' };
}

function signaturesIn(notes: readonly Note[]): Signature[] {
  const signed = notes.find(({ step }) => step === 'sign-dkim')?.detail?.signatures;
  return Array.isArray(signed) ? signed : [];
}

const deliveryView = (one: ExplainedDelivery, content: Buffer | undefined) => ({
  recipient: one.recipient,
  status: one.status,
  reason: one.reason,
  return_path: orNull(one.returnPath),
  signatures: signaturesIn(one.notes),
  notes: one.notes.map(noteView),
  route: one.route === undefined ? null : routeView(one.route),
  content: content === undefined ? null : content.toString('base64'),
});

const blank = {
  resolution: null,
  stream: null,
  sandbox: false,
  scheduled_at: null,
  tracking: null,
} as const;

function ownedView({ examined }: Explanation) {
  if (examined === undefined) return blank;
  const { account, stream, options, resolution } = examined.owned;
  return {
    resolution: ownResolution(resolution, account.id),
    stream: stream === undefined ? null : { id: publicId('str', stream.id), name: stream.name },
    sandbox: examined.message.sandbox,
    scheduled_at: isoOrNull(examined.message.sendAt),
    tracking:
      stream === undefined
        ? null
        : {
            opens: openTracking(account, stream, options),
            clicks: clickTracking(account, stream, options),
          },
  };
}

export type ExplanationView = ReturnType<typeof explanationView>;

/** `mailFrom` is shown as the sender of a message that is refused before its From is read. */
export function explanationView(explained: Explanation, mailFrom: string | undefined) {
  const { no, gates, notes, deliveries } = explained;
  const first = deliveries.find(({ bytes }) => bytes !== undefined);
  return {
    object: 'explanation' as const,
    would_accept: no === undefined,
    refusal: no === undefined ? null : refusalView(no),
    from: explained.examined?.owned.from.address ?? mailFrom ?? '',
    ...ownedView(explained),
    gates: gates.map(({ name, no: refused }) => ({
      name,
      passes: refused === undefined,
      code: orNull(refused?.code),
      detail: orNull(refused?.detail),
    })),
    notes: notes.map(noteView),
    deliveries: deliveries.map((one) => deliveryView(one, one === first ? one.bytes : undefined)),
  };
}
