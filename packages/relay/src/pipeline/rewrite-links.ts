/** Points the links of one copy at the tracker. What each link means is sealed in the link itself. */
import { addEdits } from '../content/edit-message.ts';
import { idBytes } from '../id.ts';
import { linkEdits } from '../tracking/rewrite-links.ts';
import { trackingUrls } from '../tracking/token.ts';
import type { Stage } from './stage.ts';

export const rewriteLinks: Stage = (message, { tracking }) => {
  const { copy, links } = message;
  if (!copy || !links || links.links.length === 0) return message;
  const deliveryId = idBytes(copy.deliveryId);
  const tokens = links.links.map(
    ({ url, index }) => ({ type: 'click', deliveryId, linkIndex: index, url }) as const,
  );
  // Together: one by one they cost a quarter more.
  const urls = trackingUrls(tracking.baseUrl, tokens, tracking.key);
  return addEdits(
    message,
    linkEdits(links, ({ index }) => urls[index] as string),
  );
};
