/** A new address of a user: the mails that its change needs, and the link that confirms it. */
import { tokenParams } from '@waybill/contract/user';
import { linkTokenHash } from '@waybill/io/secrets/link-token';
import { found } from '@waybill/relay/management/found';
import { type AskedEmail, confirmEmail } from '@waybill/relay/people/change-email';
import { Refusal } from '@waybill/relay/refusal';
import type { FastifyRequest } from 'fastify';
import type { App, Dependencies } from '../dependencies.ts';
import {
  addressChangedMail,
  newAddressMail,
  presentAddressMail,
} from '../product-mail/email-change-mails.ts';
import { type ProductMail, sendProductMail } from '../product-mail/send-product-mail.ts';
import { aboutOf } from '../request.ts';
import { route } from '../route.ts';
import { openSessionOf } from '../session-auth.ts';

const hour = 3_600_000;
/** Strangers get mail of the platform: a user must not use that to send. */
const CHANGES_PER_USER_AND_HOUR = 3;

/** Not awaited by the answers, so that their time does not show whether an address has a user. */
async function mail(mails: readonly ProductMail[], request: FastifyRequest, dependencies: Dependencies) {
  for (const one of mails)
    await sendProductMail(one, dependencies).catch((err: unknown) =>
      dependencies.log.error({ err, requestId: request.id }, 'mail about a new address not sent'),
    );
}

export function emailChangeLimit({ rateLimits, now }: Dependencies): (userId: string) => Promise<void> {
  const options = { name: 'email-change', limit: CHANGES_PER_USER_AND_HOUR, windowMs: hour };
  const counter = rateLimits.limiter(options);
  return async (userId) => {
    const { isOver, endsInMs } = await counter.consume(userId);
    if (isOver) throw new Refusal('rate_limited', { retryAt: new Date(now().getTime() + endsInMs) });
  };
}

export function mailAskedEmail(asked: AskedEmail, request: FastifyRequest, dependencies: Dependencies): void {
  void mail(
    [newAddressMail(asked, dependencies), presentAddressMail(asked, dependencies)],
    request,
    dependencies,
  );
}

/** Rejects with 404 when the link does not work. */
export async function confirmByToken(
  token: string,
  request: FastifyRequest,
  dependencies: Dependencies,
): Promise<string> {
  const tokenHash = found(linkTokenHash(token));
  const session = (await openSessionOf(request, dependencies))?.session;
  const open = session && { userId: session.userId, sessionId: session.id };
  const changed = await confirmEmail({ tokenHash, open, about: aboutOf(request) }, dependencies);
  void mail([addressChangedMail(changed, dependencies)], request, dependencies);
  return changed.after;
}

export function emailChangeRoutes(app: App, dependencies: Dependencies): void {
  route(app, {
    method: 'POST',
    url: '/v1/email-changes/:token',
    operationId: 'confirmEmail',
    summary: 'Confirm a new address with the token of its link',
    description:
      'The address takes the place of the old one, which gets a notice. Every other login session of the user ends.',
    tags: ['People'],
    params: tokenParams,
    refusals: ['not_found'],
    run: async (request) => {
      await confirmByToken(request.params.token, request, dependencies);
    },
  });
}
