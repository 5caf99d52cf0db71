/** The look of every status of a message and of a delivery. */
import type { MessageSummaryView } from '../api/views.ts';
import { statusText } from '../text/status.ts';
import { type Look, StatusMark } from './status-mark.tsx';

type Status = MessageSummaryView['status'];

const looks: Readonly<Record<Status, Look>> = {
  accepted: { tone: 'busy', icon: 'clock' },
  processed: { tone: 'busy', icon: 'clock' },
  discarded: { tone: 'bad', icon: 'discards' },
  scheduled: { tone: 'calm', icon: 'clock' },
  queued: { tone: 'busy', icon: 'clock' },
  deferred: { tone: 'busy', icon: 'again' },
  held: { tone: 'busy', icon: 'pause' },
  unknown: { tone: 'busy', icon: 'question' },
  delivered: { tone: 'good', icon: 'done' },
  suppressed: { tone: 'calm', icon: 'suppressions' },
  cancelled: { tone: 'calm', icon: 'dash' },
  failed: { tone: 'bad', icon: 'cross' },
  bounced: { tone: 'bad', icon: 'cross' },
  complained: { tone: 'bad', icon: 'flag' },
};

export const DeliveryStatus = ({ status }: { readonly status: Status }) => (
  <StatusMark {...looks[status]} text={statusText[status]} />
);
