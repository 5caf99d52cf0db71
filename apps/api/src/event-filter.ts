import {
  type AnyEventType,
  accountEventTypes,
  eventTypes,
  publicEventType,
} from '@waybill/relay/events/event';
import type { Dependencies } from './dependencies.ts';

export type EventRow = Awaited<ReturnType<Dependencies['stores']['events']['since']>>[number];

/** The name of lists of events in their cursors. Clients keep cursors, so it stays. */
export const EVENTS_CURSOR = 'events';

const allTypes: readonly AnyEventType[] = [...eventTypes, ...accountEventTypes];

/** Names separated by commas; unknown ones match nothing. */
export const typesOf = (text: string | undefined): AnyEventType[] | undefined =>
  text === undefined ? undefined : allTypes.filter((type) => text.split(',').includes(publicEventType(type)));
