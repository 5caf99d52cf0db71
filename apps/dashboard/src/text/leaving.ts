/** The words about leaving an account, and about its deletion. */
export const leavingText = {
  title: 'Leave or delete',
  leave: 'Leave this account',
  leaveTitle: (name: string): string => `Leave ${name}?`,
  leaveText: 'You lose access at once. Only a member who is admin or owner can invite you again.',
  left: 'You left the account.',
  lastOwner: 'The last owner cannot leave: make another member an owner first, or delete the account.',
  remove: 'Delete this account',
  removeTitle: (name: string): string => `Delete ${name}?`,
  removeText:
    'Keys and credentials stop working at once, and mail that waits is cancelled. For some days an owner can undo it; then the account is erased with all its messages, statistics and settings.',
  name: (name: string): string => `Type ${name} to confirm`,
  removed: 'The account will be deleted.',
  banner: 'This account will be deleted, with everything in it,',
  bannerMore: 'Its keys do not work, and its waiting mail is cancelled.',
  undo: 'Keep the account',
  undone: (count: number): string =>
    count === 0
      ? 'The account stays, and its keys work again.'
      : `The account stays, and its keys work again. ${count} deliveries stay cancelled: send again what is still wanted.`,
  deleting: 'being deleted',
} as const;
