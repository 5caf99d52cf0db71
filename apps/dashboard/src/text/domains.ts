/** The words of the pages of sender domains. */
export const domainsText = {
  title: 'Domains',
  lead: 'Domains this account sends from. Each needs DNS records that prove it is yours.',
  label: 'domains',
  one: 'domain',
  domain: 'Domain',
  status: 'Status',
  records: 'Records',
  checked: 'Checked',
  add: 'Add a domain',
  addTitle: 'Add a domain',
  addHint: 'The part after the @ of your senders, such as mail.acme.example.',
  addSubmit: 'Add',
  added: (domain: string): string => `${domain} is added. Publish its records next.`,
  emptyTitle: 'No domain yet',
  emptyText:
    'Add the domain that your mail comes from. You get the DNS records to publish, and a live check that says what is still missing.',
  verify: 'Check now',
  verified: (domain: string): string => `${domain} is verified.`,
  stillMissing: 'Some required records are not right yet.',
  recordsOk: (ok: number, all: number): string => `${ok} of ${all} right`,
  publish: 'Publish these records at the DNS provider of the domain',
  publishLead:
    'Copy each name and value as they are. Providers that add the domain themselves want the short name.',
  type: 'Type',
  name: 'Name',
  shortName: 'Short name',
  value: 'Value',
  expected: 'Expected',
  found: 'Found',
  foundNothing: 'No record',
  required: 'required',
  optional: 'recommended',
  servers: 'What each name server shows',
  cached: (seconds: number): string => `may be cached for ${seconds} s`,
  history: 'What changed in DNS',
  became: (from: string, to: string): string => `The domain went from ${from} to ${to}.`,
  wantedUntil: 'Keep until',
  keys: 'DKIM keys',
  selector: 'Selector',
  algorithm: 'Algorithm',
  state: 'State',
  since: 'Since',
  rotate: 'Rotate the keys',
  rotateTitle: 'Rotate the DKIM keys?',
  rotateText:
    'New keys are made and their records appear below. They sign once DNS shows them; until then the present keys go on. Keep the old records until the page says that they may go.',
  rotated: 'New keys are made. Publish their records.',
  returnPath: 'Return path',
  zoneFile: 'Zone file',
  remove: 'Remove',
  removeTitle: (domain: string): string => `Remove ${domain}?`,
  removeText:
    'The account can no longer send from it, and mail that waits is held. This cannot be undone: adding it again makes new keys.',
  removed: (domain: string): string => `${domain} is removed.`,
  checking: 'The records are checked again every few seconds while this page is open.',
  done: 'Everything is in place. Mail from this domain is signed and its bounces come back.',
} as const;

export const recordPurpose = {
  ownership: 'Proof that the domain is yours',
  dkim: 'DKIM: signs your mail',
  return_path: 'Return path: bounces come back',
  spf: 'SPF: who may send',
  dmarc: 'DMARC: what receivers do with forgeries',
  tracking: 'Tracking: links and opens under your name',
} as const;

export const recordStatus = {
  ok: 'Right',
  propagating: 'Spreading',
  missing: 'Missing',
  mismatch: 'Different',
  unknown: 'Not checked',
} as const;

export const domainStatus = { pending: 'Pending', verified: 'Verified', degraded: 'Degraded' } as const;
