/** Who limits a submission: its account, its stream, and the SMTP credential or API key that submitted it. */
import type { Account, Stream } from '../account.ts';
import type { Directory } from '../ports.ts';
import { hasLimits, type LimitSubject, type OwnLimits } from './sending-limits.ts';

export type Limiting = {
  readonly account: Pick<Account, 'id' | 'limits' | 'maxRecipients'>;
  readonly stream: Pick<Stream, 'id' | 'limits'> | undefined;
  readonly key: { readonly id: string | undefined; readonly limits: OwnLimits | undefined } | undefined;
};

/** The limits of an SMTP credential or API key. */
export const loadKeyLimits = async (
  keyId: string | undefined,
  directory: Pick<Directory, 'submittingKeyById'>,
): Promise<OwnLimits | undefined> =>
  keyId === undefined ? undefined : (await directory.submittingKeyById(keyId))?.limits;

/** Those that have limits over time. */
export const limitedIn = ({ account, stream, key }: Limiting): readonly LimitSubject[] =>
  [
    { scope: 'account' as const, id: account.id, limits: account.limits },
    { scope: 'stream' as const, id: stream?.id ?? '', limits: stream?.limits ?? {} },
    { scope: 'credential' as const, id: key?.id ?? '', limits: key?.limits ?? {} },
  ].filter((subject) => subject.id !== '' && hasLimits(subject));

/** Recipients that one message may have. */
export const maxRecipientsIn = ({ account, stream, key }: Limiting, installation: number): number =>
  Math.min(
    account.maxRecipients ?? installation,
    stream?.limits?.maxRecipients ?? Number.POSITIVE_INFINITY,
    key?.limits?.maxRecipients ?? Number.POSITIVE_INFINITY,
  );
