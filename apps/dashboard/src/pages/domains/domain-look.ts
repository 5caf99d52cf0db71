/** Shape and colour of the statuses of domains and of their records. */
import type { DomainView } from '../../api/views.ts';
import type { Look } from '../../ui/status-mark.tsx';

export const domainLook: Readonly<Record<DomainView['status'], Look>> = {
  pending: { tone: 'busy', icon: 'clock' },
  verified: { tone: 'good', icon: 'done' },
  degraded: { tone: 'bad', icon: 'flag' },
};

export const recordLook: Readonly<Record<DomainView['records'][number]['status'], Look>> = {
  ok: { tone: 'good', icon: 'done' },
  propagating: { tone: 'busy', icon: 'clock' },
  missing: { tone: 'bad', icon: 'cross' },
  mismatch: { tone: 'bad', icon: 'flag' },
  unknown: { tone: 'calm', icon: 'question' },
};
