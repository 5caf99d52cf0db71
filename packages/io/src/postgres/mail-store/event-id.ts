import { createHash } from 'node:crypto';
import { makeId } from '@waybill/relay/id';

/**
 * The id of an event that follows from something else (a delivery, an attempt): the same cause and time give the same
 * id, so that saying it twice is one event, and ids stay in order of occurrence.
 */
export const eventIdOf = (cause: string, type: string, at: Date): string =>
  makeId(at, createHash('sha256').update(`${cause}:${type}`).digest().subarray(0, 10));
