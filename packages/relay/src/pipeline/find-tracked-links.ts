/** Finds the links to track, once for all copies, and tells which ones stay as they are and why. */
import { addNote } from '../edit-message.ts';
import { findLinks, type TrackingNote } from '../tracking/rewrite-links.ts';
import { clickTracking } from '../tracking-mode.ts';
import type { Stage } from './stage.ts';

const STEP = 'rewrite-links';

const leftAlone = (notes: readonly TrackingNote[]): Readonly<Record<string, unknown>> =>
  notes.length === 0 ? {} : { leftAlone: notes };

export const findTrackedLinks: Stage = (message, { account, stream, tracking }) => {
  const { value: mode, because } = clickTracking(account, stream, message.options);
  if (mode === 'none') return addNote(message, { step: STEP, what: 'links not tracked', because });
  const links = findLinks(message.source, message.tree, { mode, ownBaseUrl: tracking.baseUrl });
  const tracked = links.links.length;
  const what = `${tracked} ${tracked === 1 ? 'link' : 'links'} tracked`;
  const detail = { mode, tracked, ...leftAlone(links.notes) };
  return addNote({ ...message, links }, { step: STEP, what, because, detail });
};
