/** The URLs of the pages, below `/app`. */
const one = (list: string) => (id: string) => `${list}/${encodeURIComponent(id)}`;

export const paths = {
  login: '/login',
  messages: '/messages',
  message: one('/messages'),
  recipient: one('/recipients'),
  sandbox: '/sandbox',
  sandboxMessage: one('/sandbox'),
  domains: '/domains',
  domain: one('/domains'),
  credentials: '/credentials',
  suppressions: '/suppressions',
  streams: '/streams',
  team: '/team',
  you: '/you',
  auditLog: '/audit-log',
  system: '/admin/system',
  accounts: '/admin/accounts',
  account: one('/admin/accounts'),
  users: '/admin/users',
  queues: '/admin/queues',
  discards: '/admin/discards',
  adminAuditLog: '/admin/audit-log',
} as const;
