/** Mails about a change of a user's address: the link to the new address, and notices to the present one, which cannot be switched off. */
import type { AskedEmail } from '@waybill/relay/people/change-email';
import type { ProductMail } from './send-product-mail.ts';

type Place = { readonly publicUrl: string; readonly platformDomain: string };

/** A new address that another user has learns of it, and no other person does. */
const takenMail = ({ to }: AskedEmail, { platformDomain }: Place): ProductMail => ({
  to,
  subject: 'Your address is in use already',
  text: `A user of the mail relay ${platformDomain} asked to log in with your
address. You have a user with it, so nothing changes.

If it was you: log in with this address instead.
`,
});

const linkMail = ({ to, token }: AskedEmail, { publicUrl, platformDomain }: Place): ProductMail => ({
  to,
  subject: 'Confirm your new address',
  text: `A user of the mail relay ${platformDomain} asks to log in with this
address from now on.

Address: ${to}

If it was you, open this page within 24 hours and press Confirm:

${publicUrl}/email/${token}

If it was not you, do nothing.
`,
});

export const newAddressMail = (asked: AskedEmail, place: Place): ProductMail =>
  (asked.isTaken ? takenMail : linkMail)(asked, place);

export const presentAddressMail = ({ from, to }: AskedEmail, { platformDomain }: Place): ProductMail => ({
  to: from,
  subject: 'A change of your address was asked for',
  text: `You asked the mail relay ${platformDomain} to log you in with another
address.

Present address: ${from}
New address: ${to}

It changes once the new mailbox confirms it. If it was not you, set a
new password now: that ends the change.
`,
});

export const addressChangedMail = (
  { before, after }: { readonly before: string; readonly after: string },
  { platformDomain }: Place,
): ProductMail => ({
  to: before,
  subject: 'Your address was changed',
  text: `Your user of the mail relay ${platformDomain} has another address now.

Before: ${before}
Now: ${after}

If it was not you, write to the operator of the relay.
`,
});
