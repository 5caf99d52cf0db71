import {
  hasLimits,
  type LimitState,
  type LimitSubject,
  limitStates,
  refusing,
  tightest,
} from '@waybill/relay/limits/sending-limits';
import type { QuotaLeft, Usage, Wanted } from '@waybill/relay/ports';
import { openLoadingCache } from '../../cache/loading-cache.ts';
import type { Database } from '../connection/database.ts';
import { openLimitsTaken } from './limits-taken.ts';

/** How old an early answer may be, in milliseconds. `take` decides later. */
const EARLY_MS = 1_000;

/** Limits that say something before DATA: the second ends before, and which recipients are new is not known yet. */
const early = (subject: LimitSubject): LimitSubject => {
  const { perSecond: _second, newPerHour: _fresh, ...limits } = subject.limits;
  return { ...subject, limits };
};

const leftIn = (state: LimitState | undefined): QuotaLeft =>
  state === undefined
    ? { recipients: Number.POSITIVE_INFINITY, binding: undefined, retryAt: undefined }
    : { recipients: state.remaining, binding: state, retryAt: state.resetsAt };

/** The sending limits of accounts, streams and credentials, exact over all processes with this database. */
export function usage(database: Database): Usage {
  const taken = openLimitsTaken(database);
  const states = async (wanted: Wanted) => {
    const { granted, fresh, remaining, at } = await taken.take(wanted);
    return { granted, fresh, at, limits: limitStates(wanted.subjects, remaining, at) };
  };
  const cache = openLoadingCache<QuotaLeft>({
    load: async (key) => {
      const asked = JSON.parse(key) as Omit<Wanted, 'recipients'>;
      return leftIn(tightest((await states({ ...asked, recipients: [] })).limits));
    },
    ttlMs: EARLY_MS,
    maxEntries: 10_000,
  });

  return {
    async quotaLeft({ accountId, subjects }) {
      const limited = subjects.map(early).filter(hasLimits);
      if (limited.length === 0) return leftIn(undefined);
      return cache.get(JSON.stringify({ accountId, subjects: limited }));
    },
    async take(wanted) {
      if (!wanted.subjects.some(hasLimits))
        return { granted: true, limits: [], giveBack: async () => undefined };
      const { granted, fresh, at, limits } = await states(wanted);
      if (granted) return { granted, limits, giveBack: () => taken.giveBack(wanted, at) };
      const no = refusing(limits, { recipients: wanted.recipients.length, fresh });
      return { granted, fresh, limits, left: leftIn(no) };
    },
  };
}
