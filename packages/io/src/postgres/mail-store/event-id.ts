import { createHash } from 'node:crypto';
import { makeId } from '@waybill/relay/id';

/**
 * The id of an event that is derived from its cause (a delivery, an attempt). The same cause and time give the same id, so that an
 * event that is saved twice exists once, and ids are in order of time.
 */
export const eventIdOf = (cause: string, type: string, at: Date): string =>
  makeId(at, createHash('sha256').update(`${cause}:${type}`).digest().subarray(0, 10));
