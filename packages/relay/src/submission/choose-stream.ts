/** Chooses the stream of a message: the named one, else the stream of its credential, else the default of the account. */
import type { Stream } from '../account.ts';
import type { Note } from '../message.ts';

/** The streams that a submission and its credential name. */
export type Wish = {
  /** `X-Waybill-Stream` or the HTTP body. */
  readonly name: string | undefined;
  readonly credentialStreamId: string | undefined;
};

/** The chosen stream; `undefined`: the account has none. A note when the named stream does not exist. */
export type Chosen = { readonly stream: Stream | undefined; readonly notes: readonly Note[] };

/** Chooses among the streams of the account. */
export function chooseStream(streams: readonly Stream[], { name, credentialStreamId }: Wish): Chosen {
  const named = streams.find((stream) => stream.name === name);
  const own = streams.find(({ id }) => id === credentialStreamId);
  const stream = named ?? own ?? streams.find(({ isDefault }) => isDefault) ?? streams[0];
  if (name === undefined || named) return { stream, notes: [] };
  return {
    stream,
    notes: [
      {
        step: 'choose-stream',
        what: 'unknown stream',
        reason: `The account has no stream of that name; ${stream?.name ?? 'none'} was used.`,
        detail: { wanted: name },
      },
    ],
  };
}
