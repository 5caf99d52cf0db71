/** Members of an account, and invitations to it. */
import { z } from 'zod';
import { publicIdOf } from './id.ts';
import { label, time } from './text.ts';
import { email, password, role } from './user.ts';

export const member = z
  .object({
    id: publicIdOf('usr'),
    email: z.string(),
    name: z.string(),
    role,
    has_second_factor: z.boolean(),
    last_login_at: time.nullable(),
    created_at: time.describe('When the user became a member'),
  })
  .meta({ id: 'Member' });

export const memberPatch = z.strictObject({ role });

export const invitation = z
  .object({
    id: publicIdOf('inv'),
    email: z.string(),
    role,
    invited_by: z.string(),
    created_at: time,
    expires_at: time,
  })
  .meta({ id: 'Invitation' });

export const invitationBody = z.strictObject({ email, role });

export const acceptBody = z.strictObject({
  name: label.optional().describe('Required for a new user'),
  password: password.optional().describe('Required for a new user'),
});

export const accepted = z
  .object({ user_id: publicIdOf('usr'), account_id: publicIdOf('acc'), role })
  .meta({ id: 'AcceptedInvitation' });
