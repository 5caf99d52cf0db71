import type { Note } from '../message.ts';
import { publicFields } from './public-json.ts';

/** A note as the API shows it. */
export const noteView = (note: Note) => ({
  step: note.step,
  what: note.what,
  ...(note.reason !== undefined && { reason: note.reason }),
  ...(note.detail !== undefined && { detail: publicFields(note.detail) }),
});
