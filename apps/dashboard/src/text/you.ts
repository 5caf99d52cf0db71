/** The words about the address of the reader. */
export const emailText = {
  title: 'Change the e-mail address',
  lead: (email: string): string => `You sign in as ${email}.`,
  pending: (email: string): string =>
    `${email} takes its place once you open the link that was mailed there.`,
  email: 'New e-mail address',
  change: 'Change the address',
  asked: 'A link is on its way to the new address. Open it within 24 hours.',
} as const;
