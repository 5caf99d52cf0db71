/** Points the links of one copy at the tracker. What each link means is sealed in the link itself. */
import { addEdits } from '../edit-message.ts';
import { idBytes } from '../id.ts';
import { linkEdits } from '../tracking/rewrite-links.ts';
import { trackingUrl } from '../tracking/token.ts';
import type { Stage } from './stage.ts';

export const rewriteLinks: Stage = (message, { tracking }) => {
  const { copy, links } = message;
  if (!copy || !links || links.links.length === 0) return message;
  const deliveryId = idBytes(copy.deliveryId);
  const edits = linkEdits(links, ({ url, index }) =>
    trackingUrl(tracking.baseUrl, { type: 'click', deliveryId, linkIndex: index, url }, tracking.key),
  );
  return addEdits(message, edits);
};
