/** Removes the fields that only Waybill reads. docs/reliability.md S02. */
import { addNote, removeFields } from '../content/edit-message.ts';
import type { Stage } from './stage.ts';

/** Also removes `Return-Path`, which only the last hop may add. RFC 5321 §4.4. */
export const stripInternalHeaders: Stage = (message) => {
  const clean = removeFields(message, ({ key }) => key.startsWith('x-waybill-'));
  const bare = removeFields(clean, ({ key }) => key === 'return-path');
  if (bare === clean) return clean;
  return addNote(bare, {
    step: 'strip-internal-headers',
    what: 'Return-Path removed',
    reason: 'Return-Path is written by the last server, RFC 5321 §4.4.',
  });
};
