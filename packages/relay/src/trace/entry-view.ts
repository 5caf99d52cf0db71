/** One entry of a trace as the API and the command line show it. */
import { publicId } from '../id.ts';
import { publicFields } from './public-json.ts';
import type { TraceEntry } from './trace.ts';

export const entryView = (entry: TraceEntry) => ({
  at: entry.at.toISOString(),
  kind: entry.kind,
  delivery_id: entry.deliveryId === undefined ? null : publicId('dlv', entry.deliveryId),
  step: entry.step,
  what: entry.what,
  reason: entry.reason,
  detail: publicFields(entry.detail),
});
