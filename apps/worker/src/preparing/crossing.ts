/**
 * What crosses between the worker and a preparing thread, both ways. The bytes of a parcel lie in one buffer, which changes hands
 * instead of being copied. What messages have in common (account, stream, keys) crosses once, under a number, and stays: a thread
 * knows it again, with all that it found out about it.
 */
import type { Facts } from '@waybill/relay/pipeline/stage';
import type { PreparedDelivery, PreparedMessage } from '@waybill/relay/ports';
import type { Preparation } from './preparation.ts';

/** In this order their numbers cross. */
const sharedNames = [
  'account',
  'stream',
  'signingKeys',
  'platformKeys',
  'tracking',
  'returnPath',
] as const satisfies readonly (keyof Facts)[];
type Shared = Pick<Facts, (typeof sharedNames)[number]>;

/** Where bytes lie in the buffer of their parcel. */
type Place = { readonly start: number; readonly size: number };
type Bytes = Uint8Array<ArrayBuffer>;

type Item = Omit<Preparation, 'stored' | 'facts'> & {
  readonly stored: Omit<Preparation['stored'], 'source'>;
  readonly source: Place;
  readonly facts: Omit<Facts, keyof Shared>;
  readonly shared: readonly number[];
};

type Fresh = {
  readonly number: number;
  readonly value: Shared[keyof Shared];
};

/** Messages on their way to a thread. */
export type Parcel = {
  readonly items: readonly Item[];
  readonly bytes: Bytes;
  /** What comes for the first time. */
  readonly fresh: readonly Fresh[];
  /** Numbers begin anew: nobody asks again for what came under the old ones. */
  readonly isAnew: boolean;
};

type CrossedDelivery = Omit<PreparedDelivery, 'patch'> & { readonly patch: Place | undefined };

/** What became of a message. An error keeps its name, which the worker tells, and loses everything beside its text. */
type Crossed =
  | (Omit<PreparedMessage, 'deliveries'> & { readonly deliveries: readonly CrossedDelivery[] })
  | { readonly failed: Pick<Error, 'name' | 'message' | 'stack'> };

/** The messages of a parcel on their way back, in their order. */
export type Answer = { readonly items: readonly Crossed[]; readonly bytes: Bytes };

export type Outcome = { readonly prepared: PreparedMessage } | { readonly failed: unknown };

/** How much a thread keeps before the numbers begin anew: what some hundreds of accounts need. */
const MOST_SHARED = 2_000;

const NO_BYTES = Buffer.alloc(0);

/** Copies pieces side by side into one buffer that may change hands. */
function openTray(pieces: readonly Uint8Array[]) {
  const bytes = new Uint8Array(pieces.reduce((size, piece) => size + piece.length, 0));
  let end = 0;
  const put = (piece: Uint8Array): Place => {
    const start = end;
    bytes.set(piece, start);
    end += piece.length;
    return { start, size: piece.length };
  };
  return { bytes, put };
}

const cut = (bytes: Bytes, { start, size }: Place): Buffer => Buffer.from(bytes.buffer, start, size);

/** For the worker, one for each thread. */
export function openPacker(): (preparations: readonly Preparation[]) => Parcel {
  let numbers = new WeakMap<Shared[keyof Shared], number>();
  let last = 0;

  return (preparations) => {
    const isAnew = last > MOST_SHARED;
    if (isAnew) {
      numbers = new WeakMap();
      last = 0;
    }
    const fresh: Fresh[] = [];
    const numberOf = (value: Shared[keyof Shared]): number => {
      const known = numbers.get(value);
      if (known !== undefined) return known;
      last += 1;
      numbers.set(value, last);
      fresh.push({ number: last, value });
      return last;
    };
    const tray = openTray(preparations.map(({ stored }) => stored.source));
    const items = preparations.map(({ stored: { source, ...stored }, facts: all, ...rest }): Item => {
      const { account, stream, signingKeys, platformKeys, tracking, returnPath, ...facts } = all;
      const shared = sharedNames.map((name) => numberOf(all[name]));
      return { ...rest, stored, source: tray.put(source), facts, shared };
    });
    return { items, bytes: tray.bytes, fresh, isAnew };
  };
}

/** For a thread. */
export function openUnpacker(): (parcel: Parcel) => readonly Preparation[] {
  const kept = new Map<number, Shared[keyof Shared]>();

  return ({ items, bytes, fresh, isAnew }) => {
    if (isAnew) kept.clear();
    for (const one of fresh) kept.set(one.number, one.value);
    return items.map(({ source, shared, stored, facts, ...rest }) => {
      const common = Object.fromEntries(
        sharedNames.map((name, index) => [name, kept.get(shared[index] ?? 0)]),
      );
      return {
        ...rest,
        stored: { ...stored, source: cut(bytes, source) },
        facts: { ...facts, ...(common as Shared) },
      };
    });
  };
}

const patchesOf = (outcome: Outcome): readonly Buffer[] =>
  'prepared' in outcome ? outcome.prepared.deliveries.map(({ patch }) => patch ?? NO_BYTES) : [];

function crossed(outcome: Outcome, put: (piece: Uint8Array) => Place): Crossed {
  if ('prepared' in outcome) {
    const { deliveries, ...rest } = outcome.prepared;
    return { ...rest, deliveries: deliveries.map((one) => ({ ...one, patch: one.patch && put(one.patch) })) };
  }
  const { failed } = outcome;
  const { name, message, stack } = failed instanceof Error ? failed : new Error(String(failed));
  return { failed: { name, message, ...(stack === undefined ? {} : { stack }) } };
}

export function packAnswer(outcomes: readonly Outcome[]): Answer {
  const { bytes, put } = openTray(outcomes.flatMap(patchesOf));
  return { items: outcomes.map((outcome) => crossed(outcome, put)), bytes };
}

export const unpackAnswer = ({ items, bytes }: Answer): readonly Outcome[] =>
  items.map((item): Outcome => {
    if ('failed' in item) return { failed: Object.assign(new Error(item.failed.message), item.failed) };
    const deliveries = item.deliveries.map((one) => ({ ...one, patch: one.patch && cut(bytes, one.patch) }));
    return { prepared: { ...item, deliveries } };
  });
