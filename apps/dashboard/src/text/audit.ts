/** The words of the audit logs. */
export const auditText = {
  title: 'Audit log',
  lead: 'Who changed what in this account, newest first. Each entry holds what stood before and what stands after.',
  adminTitle: 'Audit log of all accounts',
  adminLead: 'Every change in every account and of the installation itself, newest first.',
  label: 'entries',
  one: 'entry',
  when: 'When',
  actor: 'Who',
  action: 'What',
  target: 'On',
  account: 'Account',
  detail: 'Before and after',
  show: 'Show',
  emptyTitle: 'No change yet',
  emptyText:
    'Every change of settings, credentials, domains and people appears here, with the one who made it.',
  nothingTitle: 'No entry matches these filters',
  nothingText: 'Remove a filter.',
} as const;
