/** The words of the sandbox. */
export const sandboxText = {
  title: 'Sandbox',
  lead: 'What recipients got, byte for byte. No mail of the sandbox leaves this installation.',
  label: 'received messages',
  one: 'received message',
  to: 'To',
  from: 'Return path',
  received: 'Received',
  size: 'Size',
  encryption: 'Encryption',
  greeting: 'HELO',
  nullPath: '<> (null sender)',
  recipient: 'Recipient',
  clear: 'Empty the sandbox',
  clearTitle: 'Empty the sandbox?',
  clearText:
    'Every received message of this account is removed. The messages themselves and their traces stay.',
  cleared: 'The sandbox is empty.',
  emptyTitle: 'Nothing was received yet',
  emptyText:
    'Send a message to any address: the sandbox is the server of every recipient. Some addresses answer as difficult servers do:',
  magicTitle: 'Recipients that answer as real servers do',
  magicLead: 'Any +label may follow the name.',
  subject: 'Subject',
  noSubject: '(no subject)',
  tabs: 'Views of what was received',
  preview: 'Preview',
  text: 'Text',
  headers: 'Headers',
  raw: 'Raw',
  difference: 'Sent / received / difference',
  noOrigin: 'The message that it came from is not known.',
  attachments: 'Attachments',
  noHtml: 'It has no HTML part.',
  noText: 'It has no text part.',
  message: 'The message',
  openMessage: 'Open the message and its trace',
  notFound: 'Received message',
  unnamed: 'without a name',
} as const;

export const receiverText = {
  title: 'What receivers check',
  unsigned: 'There is no signature. Most large receivers refuse such mail.',
  checking: 'The signatures are being verified …',
  unchecked: 'The signatures could not be verified. Load the page again.',
  broken: (why: string): string => `What does not hold: ${why}.`,
  signed: (signers: string): string => `The signature of ${signers} holds, and is aligned with From.`,
  signedByOther: (signers: string, from: string): string =>
    `The signature of ${signers} holds. From is at ${from}, so it does not count for DMARC.`,
  nullPath: 'The return path is empty, as in reports: receivers check the name in HELO.',
  ownPath: (host: string): string =>
    `Bounces come back to ${host}, aligned with From. Receivers look up its SPF record.`,
  otherPath: (host: string, from: string): string =>
    `Bounces come back to ${host}. From is at ${from}, so SPF does not count for DMARC.`,
  notAligned: (from: string): string =>
    from === ''
      ? 'There is no From address to align with.'
      : `No signature that holds and no return path is of ${from}. Verify the domain and publish its records.`,
  aligned: (from: string): string => `Passes for ${from}, by its DKIM signature.`,
  onlyBySpf: (from: string): string => `Passes for ${from} only where SPF passes for the sending address.`,
  noUnsubscribe: 'None. Large receivers ask for it in mail to many people.',
  oneClick: 'One click in the mail program unsubscribes.',
  linkOnly:
    'There is a target, and no one click: that takes an https address and the field List-Unsubscribe-Post. RFC 8058.',
} as const;

/** The magic addresses and what their server does. */
export const magicRecipients = [
  ['delivered@sandbox.test', 'accepts the message'],
  ['bounce@sandbox.test', 'refuses it: the mailbox does not exist'],
  ['softbounce@sandbox.test', 'defers it twice, then accepts it'],
  ['greylist@sandbox.test', 'asks to come back later, as greylisting does'],
  ['full@sandbox.test', 'says that the mailbox is full'],
  ['spam@sandbox.test', 'refuses it as spam'],
  ['complaint@sandbox.test', 'accepts it; then the recipient reports it as spam'],
  ['suppressed@sandbox.test', 'is suppressed, so nothing is sent'],
  ['slow@sandbox.test', 'answers slowly'],
  ['tlsfail@sandbox.test', 'offers broken TLS'],
] as const;
