/** The words of the page of one recipient address. */
export const recipientText = {
  lead: 'Everything this account sent to this address.',
  mayWrite: 'You can write to this address now.',
  mayNotWrite: 'You cannot write to this address now: it is suppressed.',
  seeSuppression: 'See the suppression',
  label: 'deliveries',
  one: 'delivery',
  status: 'Status',
  subject: 'Subject',
  reason: 'Why',
  changed: 'Changed',
  noSubject: '(no subject)',
  emptyTitle: 'Nothing was sent to this address',
  emptyText: 'Deliveries to it appear here, whatever the case of its letters.',
} as const;
