/** The words about the provider of OpenID Connect. `name` is what the operator calls it. */
export const signOnText = {
  title: (name: string): string => `Sign in with ${name}`,
  linked: (name: string): string => `Your login at ${name} signs you in here.`,
  notLinked: (name: string): string => `Link your login at ${name}, and it signs you in here as well.`,
  current: 'Current password',
  link: 'Link it',
  unlink: 'Unlink',
  unlinked: 'The link is removed.',
} as const;
