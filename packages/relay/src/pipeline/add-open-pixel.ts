/** Adds the open pixel to one copy, at the position that `find-open-pixel-place` found. */
import { addEdits } from '../content/edit-message.ts';
import { idBytes } from '../id.ts';
import { pixelEdit } from '../tracking/open-pixel.ts';
import { trackingUrl } from '../tracking/token.ts';
import type { Stage } from './stage.ts';

export const addOpenPixel: Stage = (message, { tracking }) => {
  const { copy, pixel } = message;
  if (!copy || !pixel) return message;
  const token = { type: 'open', deliveryId: idBytes(copy.deliveryId) } as const;
  return addEdits(message, [pixelEdit(pixel, trackingUrl(tracking, token))]);
};
