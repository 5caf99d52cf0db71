/** Encodes the edits of a copy once, for the later stages and the patch. Runs after the last edit of a body. */
import { encodeEdits } from '../content/body-changes.ts';
import type { Stage } from './stage.ts';

export const writeEdits: Stage = (message) => ({ ...message, bodyChanges: encodeEdits(message.edits) });
