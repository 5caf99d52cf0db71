/**
 * Corrects the notes of the link search after a copy was made, because an encoding or a line length may refuse an edit. The
 * trace then counts the links that were sent. One copy is enough: the links of all copies have the same length.
 */
import type { PartEdit } from '@waybill/mail/body/part-edits';
import type { SkippedChange } from '../content/body-changes.ts';
import type { Note } from '../message.ts';
import type { TrackingNote } from './rewrite-links.ts';

/** The text of a note on tracked links. */
export const linksTracked = (count: number): string => `${count} ${count === 1 ? 'link' : 'links'} tracked`;

/** An edit that inserts is the pixel; an edit that replaces is a link. */
const isPixel = ({ start, end }: PartEdit): boolean => start === end;

function leftAlone(skipped: readonly SkippedChange[]): readonly TrackingNote[] {
  const byPlace = Map.groupBy(skipped, ({ part, reason }) => `${part.path} ${reason}`);
  return [...byPlace.values()].flatMap((alike) => {
    const [first] = alike;
    return first
      ? [{ part: first.part.path, about: 'link', reason: first.reason, count: alike.length } as const]
      : [];
  });
}

function settledLinks(note: Note, skipped: readonly SkippedChange[]): Note {
  const { tracked, leftAlone: before = [], ...rest } = note.detail ?? {};
  const links = skipped.filter(({ edit }) => !isPixel(edit));
  if (links.length === 0 || typeof tracked !== 'number') return note;
  const really = tracked - links.length;
  const all = [...(before as readonly TrackingNote[]), ...leftAlone(links)];
  return { ...note, what: linksTracked(really), detail: { ...rest, tracked: really, leftAlone: all } };
}

function settledPixel(note: Note, skipped: readonly SkippedChange[]): Note {
  const pixel = skipped.find(({ edit }) => isPixel(edit));
  if (!pixel || note.what !== 'open tracked') return note;
  return {
    ...note,
    what: 'open not tracked',
    reason: 'The encoding or the line length of the part does not take an image.',
    detail: { ...note.detail, reason: pixel.reason },
  };
}

/** The notes without the edits that were skipped. */
export function settleTrackingNotes(
  notes: readonly Note[],
  skipped: readonly SkippedChange[],
): readonly Note[] {
  if (skipped.length === 0) return notes;
  return notes.map((note) => {
    if (note.step === 'rewrite-links') return settledLinks(note, skipped);
    return note.step === 'add-open-pixel' ? settledPixel(note, skipped) : note;
  });
}
