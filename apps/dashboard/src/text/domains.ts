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
  dkimRecord: 'DKIM keys as',
  txtHint: 'You publish the keys. When they are rotated, you publish new ones.',
  cnameHint: 'You publish the CNAME records once. The operator renews the keys behind them.',
  noCname: 'CNAME is not possible here: the operator has set no domain for it.',
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
  noHistory:
    'Nothing yet. Every check compares the records with the check before; what differs appears here.',
  mistakes: 'The usual mistakes',
  twiceName: 'The domain twice',
  twiceText: (domain: string): string =>
    `The record is under a name such as _dmarc.${domain}.${domain}, because the panel adds the domain itself. Enter the short name.`,
  proxyName: 'A proxy in front',
  proxyText:
    'The name leads to addresses of the provider and not to the target. Switch the record to DNS only.',
  flatName: 'CNAME flattening',
  flatText: 'The provider answers with the addresses of the target. Turn it off for this name.',
  selectorName: 'The wrong selector',
  selectorText: (names: string): string =>
    `The key is at another name. Receivers look for ${names} and nowhere else.`,
  twoName: 'Two policies',
  twoText: (host: string): string =>
    `A second SPF record at ${host} makes both void. Merge them into one. RFC 7208 §4.5.`,
  cutName: 'A value that was cut',
  cutText:
    'Some panels take 255 characters at most. Enter a long key as several strings in quotes, in one record.',
  waitName: 'Old answers',
  waitText: 'The record is right, and some servers show the answer of before until it expires. Wait.',
  became: (from: string, to: string): string => `The domain went from ${from} to ${to}.`,
  first: (record: string, to: string): string => `${record} was looked up for the first time: ${to}.`,
  changed: (record: string, from: string, to: string): string => `${record} went from ${from} to ${to}.`,
  otherValue: (record: string, status: string): string =>
    `${record} has another value, and is still ${status}.`,
  foundThen: 'Found: ',
  nothingFound: 'Found: no record.',
  wantedUntil: 'Keep until',
  keys: 'DKIM keys',
  selector: 'Selector',
  selectorHint: 'Lower-case letters, digits and hyphens. The record stands at SELECTOR._domainkey.',
  algorithm: 'Algorithm',
  keySigns: 'Signs your mail. Key made ',
  keyWaits: 'Does not sign yet: it signs once every name server shows its record. Key made ',
  keyRetired: 'Signs no more since ',
  keepRecord: 'Keep its record until ',
  keepReason: ', for mail that is on its way.',
  recordMayGo: 'Its record may go.',
  ownKey: 'Add a key of your own',
  ownKeyText:
    'For a selector that you choose, or a key that another service signs with now. It takes the place of keys of its algorithm that still wait for DNS. The private key is encrypted and never shown again.',
  privateKey: 'Private key (PEM)',
  privateKeyHint: 'RSA of 2048 to 4096 bits, or Ed25519. Leave it empty to make a new key.',
  addKey: 'Add the key',
  keyAdded: (selector: string): string => `The key ${selector} is added. Publish its record.`,
  rotation: 'Rotation',
  rotationSaved: 'The rotation is saved.',
  rotate: 'Rotate the keys',
  rotateTitle: 'Rotate the DKIM keys?',
  rotateText:
    'New keys are made and their records appear below. They sign once DNS shows them; until then the present keys go on. Keep the old records until the page says that they may go.',
  rotated: 'New keys are made. Publish their records.',
  hosts: 'Hosts under your name',
  returnPath: 'Return path',
  returnPathOwn: 'Bounces come back to this host.',
  returnPathPlatform:
    'Bounces come back to the host of the platform until the return path records above are right.',
  tracking: 'Tracking host',
  noTracking: 'None: links and opens use the host of the platform.',
  trackingOwn: 'Links and opens use this host.',
  trackingPlatform: 'Links and opens use the host of the platform until the tracking record above is right.',
  setTracking: 'Set the tracking host',
  trackingTitle: 'The host of links and opens',
  trackingHint: (domain: string): string =>
    `A host below ${domain}, such as links.${domain}. Leave it empty to use the host of the platform.`,
  trackingSaved: 'The tracking host is saved. Publish its record.',
  zoneFile: 'Zone file',
  steps: 'Steps',
  stepAdd: 'Add the domain',
  stepPublish: 'Publish the records',
  stepVerify: 'Waybill finds them',
  stepSend: 'Send',
  wrong: (count: number): string =>
    count === 1 ? 'One record is not right yet.' : `${count} records are not right yet.`,
  remove: 'Remove',
  removeTitle: (domain: string): string => `Remove ${domain}?`,
  removeText:
    'The account can no longer send from it, and mail that waits is held. This cannot be undone: adding it again makes new keys.',
  removed: (domain: string): string => `${domain} is removed.`,
  checking: 'While this page is open, Waybill looks again by itself.',
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

export const recordStatusInSentence = {
  ok: 'right',
  propagating: 'spreading',
  missing: 'missing',
  mismatch: 'different',
  unknown: 'not checked',
} as const;

export const rotationText = {
  manual: 'When you ask for it',
  yearly: 'Each year by itself',
} as const;

export const dkimRecordText = { txt: 'TXT records', cname: 'CNAME records' } as const;

export const domainStatus = { pending: 'Pending', verified: 'Verified', degraded: 'Degraded' } as const;
