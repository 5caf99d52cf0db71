/** Finds the links to track, once for all copies, and notes which links stay unchanged and why. */
import { addNote } from '../content/edit-message.ts';
import { findLinks, type TrackingNote } from '../tracking/rewrite-links.ts';
import { linksTracked } from '../tracking/settle-tracking-notes.ts';
import { clickTracking } from '../tracking/tracking-mode.ts';
import type { Stage } from './stage.ts';

const STEP = 'rewrite-links';

/**
 * The most links times copies of one message. Each link becomes a token of about 200 bytes that is computed, stored and sent.
 * A message beyond the limit would cost more than a thousand ordinary ones, so its links are not tracked.
 */
const MAX_TRACKED = 100_000;

const leftAlone = (notes: readonly TrackingNote[]): Readonly<Record<string, unknown>> =>
  notes.length === 0 ? {} : { leftAlone: notes };

export const findTrackedLinks: Stage = (message, { account, stream, tracking }) => {
  const { value: mode, reason: why } = clickTracking(account, stream, message.options);
  if (mode === 'none' || !message.bodies) {
    return addNote(message, { step: STEP, what: 'links not tracked', reason: why });
  }
  const links = findLinks(message.bodies, { mode, ownBaseUrl: tracking.baseUrl });
  const tracked = links.links.length;
  const copies = message.envelope.rcptTo.length;
  if (tracked * copies > MAX_TRACKED) {
    const reason = `${tracked} links for ${copies} recipients are more than the ${MAX_TRACKED} that one message may have tracked.`;
    return addNote(message, {
      step: STEP,
      what: 'links not tracked',
      reason,
      detail: { mode, found: tracked },
    });
  }
  const detail = { mode, tracked, ...leftAlone(links.notes) };
  return addNote(
    { ...message, links },
    {
      step: STEP,
      what: linksTracked(tracked),
      reason: why,
      detail,
    },
  );
};
