import type { explanation } from '@waybill/contract/explain';
import type { ExplainedDelivery, Explanation } from '@waybill/delivery/explain';
import type { Route } from '@waybill/delivery/routes/hop';
import { publicId } from '@waybill/relay/id';
import { isoOrNull, orNull } from '@waybill/relay/management/or-null';
import type { Note } from '@waybill/relay/message';
import type { No } from '@waybill/relay/pipeline/stage';
import { refusalRow } from '@waybill/relay/refusal';
import { clickTracking, openTracking } from '@waybill/relay/tracking/tracking-mode';
import type { z } from 'zod';
import { noteView, ownResolution } from '../trace-view.ts';

type View = z.output<typeof explanation>;
type DeliveryView = View['deliveries'][number];

const refusalView = ({ code, detail }: No): NonNullable<View['refusal']> => {
  const { text, fix } = refusalRow(code);
  return { code, title: text, detail: orNull(detail), fix };
};

/** The login at a smart host is a secret. */
function routeView(route: Route): NonNullable<DeliveryView['route']> {
  if ('hops' in route)
    return { hosts: route.hops.map(({ host, port, tls }) => ({ host, port, tls: tls.kind })), problem: null };
  return { hosts: [], problem: 'text' in route.outcome ? route.outcome.text : 'no host takes this mail' };
}

function signaturesIn(notes: readonly Note[]): DeliveryView['signatures'] {
  const signed = notes.find(({ step }) => step === 'sign-dkim')?.detail?.signatures;
  return Array.isArray(signed) ? signed : [];
}

const deliveryView = (one: ExplainedDelivery, content: Buffer | undefined): DeliveryView => ({
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

export function explanationView(explained: Explanation, from: string): View {
  const { no, gates, notes, deliveries } = explained;
  const first = deliveries.find(({ bytes }) => bytes !== undefined);
  return {
    object: 'explanation',
    would_accept: no === undefined,
    refusal: no === undefined ? null : refusalView(no),
    from,
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
