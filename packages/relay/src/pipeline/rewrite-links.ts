/** Replaces the tracked links of one copy by tracker links. Each tracker link holds its target as an encrypted token. */
import { addEdits } from '../content/edit-message.ts';
import { idBytes } from '../id.ts';
import { linkEdits } from '../tracking/rewrite-links.ts';
import { trackingUrl } from '../tracking/token.ts';
import type { Stage } from './stage.ts';

export const rewriteLinks: Stage = (message, { tracking }) => {
  const { copy, links } = message;
  if (!copy || !links || links.links.length === 0) return message;
  const deliveryId = idBytes(copy.deliveryId);
  const makeUrl = ({ url, index }: { readonly url: string; readonly index: number }): string =>
    trackingUrl(tracking, { type: 'click', deliveryId, linkIndex: index, url });
  return addEdits(message, linkEdits(links, makeUrl));
};
