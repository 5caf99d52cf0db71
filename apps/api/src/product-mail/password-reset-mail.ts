/** Mails a link that sets a new password. */
import type { ProductMail } from './send-product-mail.ts';

type Place = { readonly publicUrl: string; readonly platformDomain: string };

export const passwordResetMail = (
  { email, token }: { readonly email: string; readonly token: string },
  { publicUrl, platformDomain }: Place,
): ProductMail => ({
  to: email,
  subject: 'Set a new password',
  text: `A new password was asked for at the mail relay ${platformDomain}.

Address: ${email}

To set it, open this page within an hour:

${publicUrl}/password/${token}

The link works once. It ends every login of this user and does not
switch off the second factor. If you did not ask, do nothing: your
password stays as it is.
`,
});
