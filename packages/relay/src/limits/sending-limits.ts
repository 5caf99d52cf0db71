/** Sending limits: of an account, and within it of a stream and of a credential. All of them hold together. */

/** How many recipients may be taken in a window. Hours, days and months are calendar windows in UTC; the second slides. */
export type SendingLimits = {
  readonly perSecond?: number;
  readonly perHour?: number;
  readonly perDay?: number;
  readonly perMonth?: number;
  /** Per hour, recipients that the account never sent to. */
  readonly newPerHour?: number;
};

/** The limits that an account sets for one of its streams or credentials. */
export type OwnLimits = SendingLimits & {
  /** Recipients of one message. */
  readonly maxRecipients?: number;
};

/** In the order of `waybill_limits_used`. */
export const limitNames = ['perSecond', 'perHour', 'perDay', 'perMonth', 'newPerHour'] as const;
export type LimitName = (typeof limitNames)[number];
export type LimitWindow = 'second' | 'hour' | 'day' | 'month';

export const windowOf: Readonly<Record<LimitName, LimitWindow>> = {
  perSecond: 'second',
  perHour: 'hour',
  perDay: 'day',
  perMonth: 'month',
  newPerHour: 'hour',
};

export const limitScopes = ['account', 'stream', 'credential'] as const;
export type LimitScope = (typeof limitScopes)[number];

/** Who has limits: an account, or one of its streams or credentials (SMTP credentials and API keys). */
export type LimitSubject = {
  readonly scope: LimitScope;
  readonly id: string;
  readonly limits: SendingLimits;
};

/** One limit, with what is left of it. */
export type LimitState = {
  readonly scope: LimitScope;
  readonly id: string;
  readonly name: LimitName;
  readonly limit: number;
  readonly remaining: number;
  readonly resetsAt: Date;
};

const startOfNext: Readonly<Record<LimitWindow, (at: Date) => Date>> = {
  second: (at) => new Date(at.getTime() + 1_000),
  hour: (at) => new Date(Math.floor(at.getTime() / 3_600_000 + 1) * 3_600_000),
  day: (at) => new Date(Math.floor(at.getTime() / 86_400_000 + 1) * 86_400_000),
  month: (at) => new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1)),
};

export const hasLimits = ({ limits }: Pick<LimitSubject, 'limits'>): boolean =>
  limitNames.some((name) => limits[name] !== undefined);

/** The limits of subjects with what is left of each. `remaining` has a place for every limit name of every subject. */
export const limitStates = (
  subjects: readonly LimitSubject[],
  remaining: readonly (number | null)[],
  at: Date,
): readonly LimitState[] =>
  subjects.flatMap(({ scope, id, limits }, index) =>
    limitNames.flatMap((name, place) => {
      const limit = limits[name];
      const left = remaining[index * limitNames.length + place];
      if (limit === undefined || left === undefined || left === null) return [];
      return [{ scope, id, name, limit, remaining: left, resetsAt: startOfNext[windowOf[name]](at) }];
    }),
  );

const lengths: readonly LimitWindow[] = ['second', 'hour', 'day', 'month'];
const lengthOf = ({ name }: LimitState): number => lengths.indexOf(windowOf[name]);

/** The limit with the smallest rest; of two equal ones the longer period. */
export const tightest = (states: readonly LimitState[]): LimitState | undefined =>
  states.toSorted((one, other) => one.remaining - other.remaining || lengthOf(other) - lengthOf(one))[0];

/** Among the limits that are too small the one that opens last: no earlier attempt can succeed. */
export function refusing(
  states: readonly LimitState[],
  { recipients, fresh }: { readonly recipients: number; readonly fresh: number },
): LimitState | undefined {
  const wanted = ({ name }: LimitState): number => (name === 'newPerHour' ? fresh : recipients);
  return states
    .filter((state) => wanted(state) > state.remaining)
    .toSorted((one, other) => other.resetsAt.getTime() - one.resetsAt.getTime())[0];
}

const words: Readonly<Record<LimitScope, string>> = {
  account: '',
  stream: ' of the stream',
  credential: ' of the credential',
};

/** `the limit per hour of the stream`. */
export const limitPhrase = ({ scope, name }: Pick<LimitState, 'scope' | 'name'>): string =>
  `the limit${name === 'newPerHour' ? ' of new recipients' : ''} per ${windowOf[name]}${words[scope]}`;
