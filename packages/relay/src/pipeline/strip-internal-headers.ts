/** What is between us and ourselves never leaves. docs/reliability.md S02. */
import { addNote, removeFields } from '../content/edit-message.ts';
import type { Stage } from './stage.ts';

/** `Return-Path` is written by the last hop alone; whoever sends one already wants to be mistaken for it. RFC 5321 §4.4. */
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
