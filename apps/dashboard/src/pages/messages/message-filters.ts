/** The filters of the list of messages: those of the API, by their names there. */
import { messagesText as text } from '../../text/messages.ts';
import { statusOrder, statusText } from '../../text/status.ts';
import type { FilterField } from '../../ui/filter-bar.tsx';

export const messageFilters: readonly FilterField[] = [
  { name: 'status', label: text.status, choices: statusOrder.map((status) => [status, statusText[status]]) },
  { name: 'to', label: text.to },
  { name: 'from', label: text.from },
  { name: 'domain', label: text.domain },
  { name: 'provider', label: text.provider, placeholder: text.providerPlaceholder },
  { name: 'category', label: text.category, placeholder: text.categoryPlaceholder },
  { name: 'code', label: text.code, placeholder: text.codePlaceholder },
  { name: 'stream', label: text.stream },
  { name: 'tag', label: text.tag },
  { name: 'credential', label: text.credential, placeholder: 'cred_… / key_…' },
  { name: 'custom_id', label: text.customId },
  { name: 'since', label: text.since, placeholder: text.timePlaceholder },
  { name: 'until', label: text.until, placeholder: text.timePlaceholder },
];
