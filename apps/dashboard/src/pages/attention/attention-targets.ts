/** Where the one action of a group is done, and where a concern is looked at. */
import type { AttentionView } from '../../api/views.ts';
import { paths } from '../../paths.ts';

export type Group = AttentionView['groups'][number];
export type Concern = AttentionView['concerns'][number];
export type Target = { readonly to: string; readonly search: Readonly<Record<string, string>> };

type Named = Pick<Group, 'status' | 'provider' | 'category' | 'code' | 'domain' | 'since'>;

/** In filters this stands for what is not known. */
const NONE = 'none';

/** The list of messages with the deliveries of the group, and no others. */
export const messagesOf = ({ status, provider, category, code, domain, since }: Named): Target => ({
  to: paths.messages,
  search: {
    status,
    provider: provider ?? NONE,
    category: category ?? NONE,
    code: code ?? NONE,
    domain,
    since,
  },
});

export function targetOfGroup(group: Named & Pick<Group, 'action'>): Target {
  if (group.action === 'check_sender_domain') return { to: paths.domains, search: {} };
  if (group.action === 'send_wanted_mail' && group.status === 'complained')
    return { to: paths.suppressions, search: { reason: 'complaint' } };
  return messagesOf(group);
}

const pageOfConcern: Readonly<Record<Concern['kind'], (id: string) => Target | undefined>> = {
  account_suspended: () => undefined,
  domain_degraded: (id) => ({ to: paths.domain(id), search: {} }),
  webhook_disabled: (id) => ({ to: paths.webhook(id), search: {} }),
  webhook_failing: (id) => ({ to: paths.webhook(id), search: {} }),
  credential_locked: (id) => ({
    to: paths.credentials,
    search: id.startsWith('key_') ? { tab: 'keys' } : {},
  }),
  messages_not_prepared: () => ({ to: paths.messages, search: { status: 'accepted' } }),
  limit_near: () => undefined,
};

/** `undefined`: no page of the account changes it. */
export const targetOfConcern = ({ kind, subject_id: id }: Pick<Concern, 'kind' | 'subject_id'>) =>
  pageOfConcern[kind](id);
