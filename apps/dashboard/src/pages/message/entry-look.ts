/** Shape and colour of an entry of the trace. */
import type { TraceView } from '../../api/views.ts';
import type { Look } from '../../ui/status-mark.tsx';

type Entry = TraceView['entries'][number];

const looks: Readonly<Record<string, Look>> = {
  delivered: { tone: 'good', icon: 'done' },
  opened: { tone: 'good', icon: 'done' },
  clicked: { tone: 'good', icon: 'done' },
  deferred: { tone: 'busy', icon: 'again' },
  requeued: { tone: 'busy', icon: 'again' },
  held: { tone: 'busy', icon: 'pause' },
  unknown: { tone: 'busy', icon: 'question' },
  bounced: { tone: 'bad', icon: 'cross' },
  failed: { tone: 'bad', icon: 'cross' },
  complained: { tone: 'bad', icon: 'flag' },
  suppressed: { tone: 'calm', icon: 'suppressions' },
  cancelled: { tone: 'calm', icon: 'dash' },
  unsubscribed: { tone: 'calm', icon: 'out' },
  queued: { tone: 'calm', icon: 'clock' },
};

const plain: Look = { tone: 'calm', icon: 'dot' };

export const lookOfEntry = ({ kind, what }: Pick<Entry, 'kind' | 'what'>): Look =>
  kind === 'event' || kind === 'attempt' ? (looks[what] ?? plain) : plain;
