/** What needs the attention of a person: mail that did not arrive, by provider, reason and domain, and what stands in its way. */
import { adviceFor } from '../attention/advice.ts';
import type { Concern, CountedGroup, TroubleExample } from '../attention/attention-store.ts';
import type { ConcernKind } from '../attention/closed-sets.ts';
import { type IdPrefix, publicId } from '../id.ts';
import type { Span } from '../statistics/span.ts';
import { type LimitStateView, limitWarnings, listLimits } from './limits.ts';
import { orNull } from './or-null.ts';
import type { Stores } from './stores.ts';

type AttentionPorts = {
  readonly now: () => Date;
  readonly stores: Pick<Stores, 'accounts' | 'limits' | 'attention'>;
};

const exampleView = (example: TroubleExample | undefined) =>
  example === undefined
    ? null
    : {
        delivery_id: publicId('dlv', example.deliveryId),
        message_id: publicId('msg', example.messageId),
        recipient: example.recipient,
        occurred_at: example.occurredAt.toISOString(),
        reply: orNull(example.reply),
        reason: orNull(example.reason),
      };

const groupView = (group: CountedGroup, example: TroubleExample | undefined) => ({
  status: group.status,
  provider: orNull(group.provider),
  category: orNull(group.category),
  code: orNull(group.code),
  domain: group.domain,
  count: group.count,
  since: group.since.toISOString(),
  ...adviceFor(group),
  example: exampleView(example),
});

const prefixes: Readonly<Record<Concern['kind'], IdPrefix>> = {
  account_suspended: 'acc',
  domain_degraded: 'dom',
  webhook_disabled: 'wh',
  webhook_failing: 'wh',
  credential_locked: 'cred',
  messages_not_prepared: 'msg',
};

const advices: Readonly<Record<ConcernKind, string>> = {
  account_suspended:
    'Ask the operator of this installation to resume the account. Waiting mail then goes on by itself.',
  domain_degraded: 'Look at the records of the domain: at least one is no longer as it has to be.',
  webhook_disabled: 'Repair the endpoint, then resume the webhook. Its events can be replayed.',
  webhook_failing: 'Look at the log of the webhook: its endpoint does not take events.',
  credential_locked: 'Look at where the wrong password comes from. The lock ends by itself.',
  messages_not_prepared: 'Open a message to see why, then release or cancel it.',
  limit_near: 'Send less until the limit resets, or ask for a higher one.',
};

/** The path and query of a URL may hold a secret. */
const hostOf = (url: string): string => URL.parse(url)?.host ?? '';
const nameOf = ({ kind, name }: Concern): string | undefined =>
  kind.startsWith('webhook') && name !== undefined ? hostOf(name) : name;

const concernView = (concern: Concern) => ({
  kind: concern.kind as ConcernKind,
  subject_id: publicId(prefixes[concern.kind], concern.id),
  subject_name: orNull(nameOf(concern)),
  since: orNull(concern.since?.toISOString()),
  count: concern.count,
  advice: advices[concern.kind],
});

const limitView = ({ subject_id, subject_name, window, limit, used }: LimitStateView) => ({
  kind: 'limit_near' as const,
  subject_id,
  subject_name: `${subject_name}: ${used} of ${limit} in this ${window}`,
  since: null,
  count: 1,
  advice: advices.limit_near,
});

/** Counts are those of statistics. An example is found among the newest mail in trouble, so an old or rare group may have none. */
export async function readAttention(
  accountId: string,
  asked: Span & { readonly limit: number },
  ports: AttentionPorts,
) {
  const { attention } = ports.stores;
  const [counted, examples, concerns, limits] = await Promise.all([
    attention.groups(accountId, asked),
    attention.examples(accountId, asked.from),
    attention.concerns(accountId, ports.now()),
    listLimits(accountId, ports),
  ]);
  const exampleOf = (key: string) => examples.find((example) => example.key === key);
  return {
    object: 'attention' as const,
    from: asked.from.toISOString(),
    to: asked.to.toISOString(),
    groups: counted.groups.map((group) => groupView(group, exampleOf(group.key))),
    others: counted.others,
    concerns: [...concerns.map(concernView), ...limitWarnings(limits).map(limitView)],
  };
}
