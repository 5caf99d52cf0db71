/** Invites an address to an account. */
import type { Role } from '@waybill/relay/management/roles';
import { plainName } from './plain-name.ts';
import type { ProductMail } from './send-product-mail.ts';

type Asked = {
  readonly email: string;
  readonly role: Role;
  readonly accountName: string;
  readonly token: string;
};
type Place = { readonly publicUrl: string; readonly platformDomain: string };

export const invitationMail = (
  { email, role, accountName, token }: Asked,
  { publicUrl, platformDomain }: Place,
): ProductMail => ({
  to: email,
  subject: 'You are invited to an account of a mail relay',
  text: `You are invited to an account of the mail relay ${platformDomain}.

Account: ${plainName(accountName)}
Role: ${role}
Address: ${email}

To accept, open this page within seven days:

${publicUrl}/invitation/${token}

The link works once, for this address only. If you do not know the
account, do nothing.
`,
});
