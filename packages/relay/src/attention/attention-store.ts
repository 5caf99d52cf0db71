/** What the list of troubles is made of. */
import type { Span } from '../statistics/span.ts';
import type { AttentionGroup } from './attention-key.ts';
import type { ConcernKind } from './closed-sets.ts';

export type CountedGroup = AttentionGroup & {
  readonly key: string;
  readonly count: number;
  /** The half hour, or the day, in which the first of them was accepted. */
  readonly since: Date;
};

export type CountedTroubles = {
  readonly groups: readonly CountedGroup[];
  /** Deliveries of groups beyond the limit. */
  readonly others: number;
};

export type TroubleExample = {
  /** Of its group. */
  readonly key: string;
  readonly deliveryId: string;
  readonly messageId: string;
  readonly recipient: string;
  readonly occurredAt: Date;
  readonly reply: string | undefined;
  readonly reason: string | undefined;
};

export type Concern = {
  readonly kind: Exclude<ConcernKind, 'limit_near'>;
  /** Of the domain, webhook, credential or account; of the newest message. */
  readonly id: string;
  readonly name: string | undefined;
  readonly since: Date | undefined;
  readonly count: number;
};

export type AttentionStore = {
  groups(accountId: string, asked: Span & { readonly limit: number }): Promise<CountedTroubles>;
  examples(accountId: string, since: Date): Promise<readonly TroubleExample[]>;
  concerns(accountId: string, now: Date): Promise<readonly Concern[]>;
};
