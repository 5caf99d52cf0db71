/** Decodes the text bodies that tracking needs, once for all copies. */
import { readTextBodies } from '../tracking/text-bodies.ts';
import { clickTracking, openTracking } from '../tracking/tracking-mode.ts';
import type { Stage } from './stage.ts';

export const readBodies: Stage = (message, { account, stream }) => {
  const { value: clicks } = clickTracking(account, stream, message.options);
  const { value: opens } = openTracking(account, stream, message.options);
  if (!opens && clicks === 'none') return message;
  const wanted = { html: opens || clicks !== 'text', text: clicks === 'text' || clicks === 'all' };
  return { ...message, bodies: readTextBodies(message.source, message.tree, wanted) };
};
