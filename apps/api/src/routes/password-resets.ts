/** A forgotten password. No answer, and no time that it takes, shows whether an address has a user. */
import { passwordResetBody, setPasswordBody, tokenParams } from '@waybill/contract/user';
import { linkTokenHash } from '@waybill/io/secrets/link-token';
import { foldedAddress } from '@waybill/mail/address';
import { found } from '@waybill/relay/management/found';
import { makePasswordLink, setPasswordByLink } from '@waybill/relay/people/password-links';
import { setBrowserCookie } from '../cookies.ts';
import type { App, Dependencies } from '../dependencies.ts';
import { passwordResetMail } from '../product-mail/password-reset-mail.ts';
import { sendProductMail } from '../product-mail/send-product-mail.ts';
import { readEmail } from '../read-email.ts';
import { aboutOf } from '../request.ts';
import { route } from '../route.ts';

const tags = ['People'];
const hour = 3_600_000;
/** More are not mailed, and the answer does not say so. */
const MAILS_PER_ADDRESS_AND_HOUR = 3;

type Counter = ReturnType<Dependencies['rateLimits']['limiter']>;

async function mailReset(email: string, counter: Counter, dependencies: Dependencies): Promise<void> {
  const user = await dependencies.stores.users.byEmail(email);
  if (user === undefined || user.disabledAt !== undefined) return;
  if ((await counter.consume(email)).isOver) return;
  const token = await makePasswordLink(user.id, dependencies);
  await sendProductMail(passwordResetMail({ email, token }, dependencies), dependencies);
}

export function passwordResetRoutes(app: App, dependencies: Dependencies): void {
  const { rateLimits, log } = dependencies;
  const options = { name: 'password-reset', limit: MAILS_PER_ADDRESS_AND_HOUR, windowMs: hour };
  const counter = rateLimits.limiter(options);
  route(app, {
    method: 'POST',
    url: '/v1/password-resets',
    operationId: 'requestPasswordReset',
    summary: 'Have a link mailed that sets a new password',
    description:
      'The answer is the same whether or not the address has a user. The link works once, within an hour. It does not switch off the second factor.',
    tags,
    body: passwordResetBody,
    statuses: [202],
    run: async (request) => {
      const email = foldedAddress(readEmail(request.body.email));
      // Not awaited, so that the time of the answer shows nothing.
      void mailReset(email, counter, dependencies).catch((err: unknown) =>
        log.error({ err, requestId: request.id }, 'password reset not mailed'),
      );
      return null;
    },
  });
  route(app, {
    method: 'POST',
    url: '/v1/password-resets/:token',
    operationId: 'setPassword',
    summary: 'Set a new password with the token of a link',
    description:
      'Ends every login session of the user. A second factor stays and is asked for at the next login.',
    tags,
    params: tokenParams,
    body: setPasswordBody,
    refusals: ['not_found'],
    run: async (request, reply) => {
      const tokenHash = found(linkTokenHash(request.params.token));
      const asked = { tokenHash, password: request.body.password, about: aboutOf(request) };
      const user = await setPasswordByLink(asked, dependencies);
      // The holder of the mailbox can log in from this browser, however many clients guess at the address meanwhile.
      setBrowserCookie(reply, dependencies.browserProofs.make(user.id), dependencies);
    },
  });
}
