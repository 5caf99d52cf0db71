/** What goes wrong, as the key of a row of statistics: one for each status, provider, reason and domain of recipients. */
import { providerOf } from '../statistics/provider.ts';
import { type AttentionStatus, attentionStatuses } from './closed-sets.ts';

export const needsAttention = (status: string): status is AttentionStatus =>
  attentionStatuses.some((one) => one === status);

export type Trouble = {
  readonly status: AttentionStatus;
  /** The server that said it, or that took the message before. */
  readonly mxHost: string | undefined;
  /** A category of replies, or what holds it. */
  readonly category: string | undefined;
  /** The enhanced status code, or the code of the reply. */
  readonly code: string | undefined;
  readonly domain: string;
};

/** Stands for what is not known. */
const NONE = '-';

export const attentionKey = ({ status, mxHost, category, code, domain }: Trouble): string =>
  [status, mxHost === undefined ? NONE : providerOf(mxHost), category ?? NONE, code ?? NONE, domain].join(
    '|',
  );

export type AttentionGroup = {
  readonly status: AttentionStatus;
  readonly provider: string | undefined;
  readonly category: string | undefined;
  readonly code: string | undefined;
  readonly domain: string;
};

const known = (part: string | undefined): string | undefined => (part === NONE ? undefined : part);

export function groupOf(key: string): AttentionGroup {
  const [status, provider, category, code, ...domain] = key.split('|');
  return {
    status: status as AttentionStatus,
    provider: known(provider),
    category: known(category),
    code: known(code),
    domain: domain.join('|'),
  };
}
