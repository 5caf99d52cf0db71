/** The trace of a message on a page. */
import { publicId } from '@waybill/relay/id';
import { traceOf } from '@waybill/relay/trace/trace';
import { html, type Markup } from './html.ts';
import type { MessageDetail } from './message-view.ts';

export const shownTime = (at: Date): string => `${at.toISOString().slice(0, 19).replace('T', ' ')} UTC`;

/** What was done and why, for one delivery (without entries about other recipients) or for all. */
export function traceMarkup(story: MessageDetail | undefined, deliveryId: string | undefined): Markup {
  if (story === undefined) return html``;
  const entries = traceOf(story).entries.filter(
    (entry) => entry.deliveryId === undefined || deliveryId === undefined || entry.deliveryId === deliveryId,
  );
  return html`<h2>What happened, and why</h2><ol class="trace">${entries.map(
    ({ at, kind, step, what, reason }) =>
      html`<li><b>${kind === 'account' ? `account decided by ${what}` : what}</b> <span>${step === 'event' ? '' : step} ${at.toISOString().slice(11, 23)}</span><br>${reason}</li>`,
  )}</ol><p class="soft">The same as a document: <code>GET /v1/messages/${publicId('msg', story.message.id)}/trace</code></p>`;
}
