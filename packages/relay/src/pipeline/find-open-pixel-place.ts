/** Finds the position of the open pixel, once for all copies. */
import { addNote } from '../content/edit-message.ts';
import { findPixelPlace } from '../tracking/open-pixel.ts';
import { openTracking } from '../tracking/tracking-mode.ts';
import type { Stage } from './stage.ts';

const STEP = 'add-open-pixel';

export const findOpenPixelPlace: Stage = (message, { account, stream }) => {
  const { value: isWanted, reason } = openTracking(account, stream, message.options);
  if (!isWanted || !message.bodies) return addNote(message, { step: STEP, what: 'open not tracked', reason });
  const { place, notes } = findPixelPlace(message.bodies);
  const detail = notes.length === 0 ? {} : { leftAlone: notes };
  if (!place) {
    const whyNot = `${reason} No part of the message can take an image.`;
    return addNote(message, { step: STEP, what: 'open not tracked', reason: whyNot, detail });
  }
  const note = {
    step: STEP,
    what: 'open tracked',
    reason,
    detail: { ...detail, part: place.text.part.path },
  };
  return addNote({ ...message, pixel: place }, note);
};
