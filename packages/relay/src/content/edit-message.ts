/** The few ways in which a stage changes a message. Each answers a new one. */

import type { PartEdits } from '@waybill/mail/body/part-edits';
import type { HeaderField } from '@waybill/mail/headers';
import type { Message, Note } from '../message.ts';

export const addNote = (message: Message, note: Note): Message => ({
  ...message,
  notes: [...message.notes, note],
});

/** On top of the header, in the order given: for trace fields and signatures. RFC 5321 §4.4. */
export const addOnTop = (message: Message, fields: readonly HeaderField[]): Message => ({
  ...message,
  fields: [...fields, ...message.fields],
});

/** At the end of the header, so that what the client wrote stays together. */
export const addAtEnd = (message: Message, fields: readonly HeaderField[]): Message => ({
  ...message,
  fields: [...message.fields, ...fields],
});

/** The same message when no field answers to it, so that nothing is noted for nothing. */
export function removeFields(message: Message, isUnwanted: (field: HeaderField) => boolean): Message {
  const fields = message.fields.filter((field) => !isUnwanted(field));
  return fields.length === message.fields.length ? message : { ...message, fields };
}

export const replaceField = (message: Message, old: HeaderField, fresh: HeaderField): Message => ({
  ...message,
  fields: message.fields.map((field) => (field === old ? fresh : field)),
});

/** Collects the edits of several stages by part. Splices that were made before no longer hold and are dropped. */
export function addEdits(message: Message, changes: readonly PartEdits[]): Message {
  const { bodyChanges: _, ...rest } = message;
  const edits = new Map(message.edits);
  for (const { text, edits: more } of changes) edits.set(text, [...(edits.get(text) ?? []), ...more]);
  return { ...rest, edits };
}
