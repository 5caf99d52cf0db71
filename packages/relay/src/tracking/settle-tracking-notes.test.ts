import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseMimeTree } from '@waybill/mail/mime-tree';
import type { SkippedChange } from '../content/body-changes.ts';
import type { Note } from '../message.ts';
import { settleTrackingNotes } from './settle-tracking-notes.ts';

const part = parseMimeTree(Buffer.from('Content-Type: text/html\r\n\r\nx'));
const skipped = (start: number, end: number): SkippedChange => ({
  part,
  reason: 'line_too_long',
  edit: { start, end, text: 'x' },
});
const links: Note = {
  step: 'rewrite-links',
  what: '3 links tracked',
  reason: 'The stream asks for it.',
  detail: { mode: 'all', tracked: 3 },
};
const pixel: Note = {
  step: 'add-open-pixel',
  what: 'open tracked',
  reason: 'The stream asks for it.',
  detail: { part: '1' },
};
const other: Note = { step: 'ensure-date', what: 'Date added' };

test('without a refused edit the notes stay unchanged', () => {
  const notes = [links, pixel, other];
  assert.equal(settleTrackingNotes(notes, []), notes);
});

test('a refused link is not counted and is listed as untracked', () => {
  assert.deepEqual(settleTrackingNotes([links, pixel, other], [skipped(1, 5), skipped(7, 9)]), [
    {
      ...links,
      what: '1 link tracked',
      detail: {
        mode: 'all',
        tracked: 1,
        leftAlone: [{ part: '1', about: 'link', reason: 'line_too_long', count: 2 }],
      },
    },
    pixel,
    other,
  ]);
});

test('a refused pixel is not reported as tracked', () => {
  const [untouched, settled] = settleTrackingNotes([links, pixel], [skipped(4, 4)]);
  assert.equal(untouched, links);
  assert.equal(settled?.what, 'open not tracked');
  assert.equal(settled?.detail?.reason, 'line_too_long');
});
