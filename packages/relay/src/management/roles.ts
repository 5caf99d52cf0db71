/** What each role of a member may do, as scopes. A route names the scope that it needs in `permissions.ts`. */
/** From the weakest to the strongest. Each may do all that the one before may do. */
export const roles = ['viewer', 'developer', 'admin', 'owner'] as const;
export type Role = (typeof roles)[number];

/** A viewer reads everything but secrets, which no route shows again. */
const viewer = [
  'messages:read',
  'domains:read',
  'credentials:read',
  'suppressions:read',
  'webhooks:read',
  'stats:read',
  'streams:read',
  'account:read',
  'members:read',
];
const developer = [
  ...viewer,
  'messages:send',
  'domains:write',
  'credentials:write',
  'suppressions:write',
  'webhooks:write',
  'streams:write',
];
const admin = [...developer, 'account:write', 'members:write'];

/** An owner has every scope, and so also those that the others do not have: erasure and deletion. */
export const scopesOfRole: Readonly<Record<Role, readonly string[]>> = {
  viewer,
  developer,
  admin,
  owner: ['*'],
};

export const isRoleAtMost = (role: Role, limit: Role): boolean => roles.indexOf(role) <= roles.indexOf(limit);

/** The strongest role that this caller may give or take. A key acts as an admin: only owners, and operators, make owners. */
export function highestRoleOf({
  kind,
  role,
}: {
  readonly kind: string;
  readonly role?: Role | undefined;
}): Role {
  if (kind === 'operator') return 'owner';
  return kind === 'user' ? (role ?? 'viewer') : 'admin';
}
