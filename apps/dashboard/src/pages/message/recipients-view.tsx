/** The timelines: one for each recipient, and what was decided about the message as a whole. */

import { Link } from '@tanstack/react-router';
import type { TraceView } from '../../api/views.ts';
import { paths } from '../../paths.ts';
import { messageText as text } from '../../text/message.ts';
import { visible } from '../../text/visible.ts';
import { DeliveryStatus } from '../../ui/delivery-status.tsx';
import { Moment } from '../../ui/moment.tsx';
import css from './timeline.module.css';
import { Timeline } from './timeline.tsx';

type Delivery = TraceView['deliveries'][number];

const isOpen = ({ status }: Delivery): boolean =>
  status === 'queued' || status === 'deferred' || status === 'unknown';

/** Many recipients are folded, so that the page stays readable. */
const MAX_UNFOLDED = 5;

type Entry = TraceView['entries'][number];

/** An event that repeats what the attempt before it said. */
const isEcho = (entry: Entry, entries: readonly Entry[]): boolean =>
  entry.kind === 'event' &&
  entries.some(
    ({ kind, what, reason }) => kind === 'attempt' && what === entry.what && reason === entry.reason,
  );

type OwnProps = { readonly delivery: Delivery; readonly trace: TraceView };

function OwnTimeline({ delivery, trace }: OwnProps) {
  const entries = trace.entries.filter(({ delivery_id: id }) => id === delivery.id);
  const steps = entries.filter(({ kind }) => kind === 'step');
  const rest = entries.filter((entry) => entry.kind !== 'step' && !isEcho(entry, entries));
  return (
    <>
      {steps.length > 0 && (
        <details className={css.steps}>
          <summary>{text.steps(steps.length)}</summary>
          <Timeline entries={steps} attempts={[]} />
        </details>
      )}
      <Timeline entries={rest} attempts={delivery.history} />
    </>
  );
}

function RecipientTimeline({ delivery, trace }: OwnProps) {
  return (
    <section className={css.recipient} aria-label={delivery.recipient}>
      <div className={css.recipientHead}>
        <DeliveryStatus status={delivery.status} />
        <Link to={paths.recipient(delivery.recipient)} title={text.aboutRecipient}>
          {visible(delivery.recipient)}
        </Link>
        {isOpen(delivery) && delivery.next_attempt_at !== null && (
          <span>
            {text.nextAttempt} <Moment at={delivery.next_attempt_at} />
          </span>
        )}
      </div>
      <p className={css.standing}>{visible(delivery.reason)}</p>
      {trace.deliveries.length > MAX_UNFOLDED ? (
        <details className={css.more}>
          <summary>{text.timeline}</summary>
          <OwnTimeline {...{ delivery, trace }} />
        </details>
      ) : (
        <OwnTimeline {...{ delivery, trace }} />
      )}
    </section>
  );
}

export function RecipientsView({ trace }: { readonly trace: TraceView }) {
  const whole = trace.entries.filter(({ delivery_id: id }) => id === null);
  return (
    <>
      {trace.deliveries.map((delivery) => (
        <RecipientTimeline key={delivery.id} {...{ delivery, trace }} />
      ))}
      <details className={css.more} open={trace.deliveries.length === 0}>
        <summary>{text.technical}</summary>
        <Timeline entries={whole} attempts={[]} />
      </details>
    </>
  );
}
