/** The pages of the rail, in its order, with the keys that open them after `g`. */
import { paths } from '../paths.ts';
import { pageNames } from '../text/shell.ts';
import type { IconName } from '../ui/icon.tsx';

export type RailPage = {
  readonly to: string;
  readonly name: string;
  /** Where no heading says whose page it is. */
  readonly fullName?: string;
  readonly icon: IconName;
  readonly key: string;
};

export const accountPages: readonly RailPage[] = [
  { to: paths.overview, name: pageNames.overview, icon: 'overview', key: 'h' },
  { to: paths.getStarted, name: pageNames.getStarted, icon: 'start', key: 'g' },
  { to: paths.attention, name: pageNames.attention, icon: 'flag', key: 'f' },
  { to: paths.messages, name: pageNames.messages, icon: 'messages', key: 'm' },
  { to: paths.statistics, name: pageNames.statistics, icon: 'statistics', key: 'n' },
  { to: paths.sandbox, name: pageNames.sandbox, icon: 'sandbox', key: 's' },
  { to: paths.domains, name: pageNames.domains, icon: 'domains', key: 'd' },
  { to: paths.streams, name: pageNames.streams, icon: 'streams', key: 't' },
  { to: paths.credentials, name: pageNames.credentials, icon: 'credentials', key: 'c' },
  { to: paths.suppressions, name: pageNames.suppressions, icon: 'suppressions', key: 'x' },
  { to: paths.webhooks, name: pageNames.webhooks, icon: 'webhooks', key: 'w' },
  { to: paths.team, name: pageNames.team, icon: 'team', key: 'p' },
  { to: paths.settings, name: pageNames.settings, icon: 'settings', key: 'i' },
  { to: paths.auditLog, name: pageNames.auditLog, icon: 'audit', key: 'l' },
];

export const operatorPages: readonly RailPage[] = [
  { to: paths.system, name: pageNames.system, icon: 'system', key: 'y' },
  { to: paths.accounts, name: pageNames.accounts, icon: 'accounts', key: 'a' },
  { to: paths.users, name: pageNames.users, icon: 'team', key: 'o' },
  { to: paths.queues, name: pageNames.queues, icon: 'queues', key: 'q' },
  { to: paths.discards, name: pageNames.discards, icon: 'discards', key: 'e' },
  { to: paths.bounceRules, name: pageNames.bounceRules, icon: 'again', key: 'b' },
  {
    to: paths.adminAuditLog,
    name: pageNames.auditLog,
    fullName: pageNames.adminAuditLog,
    icon: 'audit',
    key: 'u',
  },
];
