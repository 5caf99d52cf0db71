/** The timelines: one for each recipient, and what was decided about the message as a whole. */

import { Link } from '@tanstack/react-router';
import type { TraceView } from '@waybill/contract/message';
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

function RecipientTimeline({ delivery, trace }: { readonly delivery: Delivery; readonly trace: TraceView }) {
  const entries = trace.entries.filter(({ delivery_id: id }) => id === delivery.id);
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
          <Timeline entries={entries} attempts={delivery.history} />
        </details>
      ) : (
        <Timeline entries={entries} attempts={delivery.history} />
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
