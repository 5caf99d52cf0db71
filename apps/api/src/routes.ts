/** All routes, by audience. Each audience is a plugin with hooks of its own. */
import { confirmationPages } from './confirmation-pages.ts';
import { dashboardPages } from './dashboard.ts';
import type { App, Dependencies } from './dependencies.ts';
import { docsRoutes } from './docs.ts';
import { openKeyHooks } from './key-hooks.ts';
import { openPeopleHooks } from './people-hooks.ts';
import { peoplePages } from './people-pages.ts';
import { problemPages } from './problem-pages.ts';
import { resendApiKeyRoutes } from './resend/api-keys.ts';
import { resendDomainRoutes } from './resend/domains.ts';
import { emailRoutes } from './resend/emails.ts';
import { resendWebhookRoutes } from './resend/webhooks.ts';
import { accountRoutes } from './routes/account.ts';
import { accountDeletionRoutes } from './routes/account-deletion.ts';
import { adminAccountRoutes } from './routes/admin-accounts.ts';
import { adminApiKeyRoutes } from './routes/admin-api-keys.ts';
import { adminBounceRuleRoutes } from './routes/admin-bounce-rules.ts';
import { adminDkimZoneRoutes } from './routes/admin-dkim-zone.ts';
import { adminSystemRoutes } from './routes/admin-system.ts';
import { adminUserRoutes } from './routes/admin-users.ts';
import { apiKeyRoutes } from './routes/api-keys.ts';
import { attentionRoutes } from './routes/attention.ts';
import { adminAuditLogRoutes, auditLogRoutes } from './routes/audit-log.ts';
import { domainRoutes } from './routes/domains.ts';
import { emailChangeRoutes } from './routes/email-changes.ts';
import { erasureRoutes } from './routes/erasures.ts';
import { eventStreamRoutes } from './routes/event-stream.ts';
import { eventRoutes } from './routes/events.ts';
import { explainRoutes } from './routes/explain.ts';
import { fromAddressRoutes } from './routes/from-addresses.ts';
import { acceptRoute, invitationRoutes } from './routes/invitations.ts';
import { ipNetworkRoutes } from './routes/ip-networks.ts';
import { meRoutes } from './routes/me.ts';
import { memberRoutes } from './routes/members.ts';
import { messageActionRoutes } from './routes/message-actions.ts';
import { messageContentRoutes } from './routes/message-content.ts';
import { messageRoutes } from './routes/messages.ts';
import { metaRoutes } from './routes/meta.ts';
import { loginMethodRoutes, oidcRoutes } from './routes/oidc.ts';
import { passkeyLoginRoutes, passkeyRoutes } from './routes/passkeys.ts';
import { passwordResetRoutes } from './routes/password-resets.ts';
import { recipientRoutes } from './routes/recipients.ts';
import { sandboxRoutes } from './routes/sandbox.ts';
import { secondFactorRoutes } from './routes/second-factor.ts';
import { sendRoutes } from './routes/send.ts';
import { loginRoute, sessionRoutes } from './routes/session.ts';
import { smtpCredentialRoutes } from './routes/smtp-credentials.ts';
import { adminBalanceRoutes, statisticsRoutes } from './routes/statistics.ts';
import { streamRoutes } from './routes/streams.ts';
import { suppressionFileRoutes } from './routes/suppression-files.ts';
import { suppressionRoutes } from './routes/suppressions.ts';
import { webhookDeliveryRoutes } from './routes/webhook-deliveries.ts';
import { webhookRoutes } from './routes/webhooks.ts';

type Register = (app: App, dependencies: Dependencies) => void;

const open: readonly Register[] = [
  metaRoutes,
  docsRoutes,
  problemPages,
  confirmationPages,
  peoplePages,
  dashboardPages,
];

/** They lead to a login, and need none. */
const people: readonly Register[] = [
  loginRoute,
  loginMethodRoutes,
  passkeyLoginRoutes,
  emailChangeRoutes,
  passwordResetRoutes,
  acceptRoute,
];

const account: readonly Register[] = [
  sendRoutes,
  explainRoutes,
  messageRoutes,
  messageContentRoutes,
  messageActionRoutes,
  eventRoutes,
  eventStreamRoutes,
  recipientRoutes,
  accountRoutes,
  accountDeletionRoutes,
  auditLogRoutes,
  streamRoutes,
  smtpCredentialRoutes,
  apiKeyRoutes,
  ipNetworkRoutes,
  fromAddressRoutes,
  domainRoutes,
  suppressionRoutes,
  webhookDeliveryRoutes,
  webhookRoutes,
  statisticsRoutes,
  attentionRoutes,
  suppressionFileRoutes,
  erasureRoutes,
  sandboxRoutes,
  sessionRoutes,
  meRoutes,
  secondFactorRoutes,
  passkeyRoutes,
  oidcRoutes,
  memberRoutes,
  invitationRoutes,
  emailRoutes,
  resendApiKeyRoutes,
  resendDomainRoutes,
  resendWebhookRoutes,
];

const operator: readonly Register[] = [
  adminAccountRoutes,
  adminApiKeyRoutes,
  adminUserRoutes,
  adminSystemRoutes,
  adminBounceRuleRoutes,
  adminDkimZoneRoutes,
  adminAuditLogRoutes,
  adminBalanceRoutes,
];

export function registerRoutes(app: App, dependencies: Dependencies): void {
  const addKeyHooks = openKeyHooks(dependencies);
  const audience = (routes: readonly Register[], addHooks: (scope: App) => void = () => undefined): void =>
    void app.register((instance, _options, done) => {
      const scope = instance as unknown as App;
      addHooks(scope);
      for (const register of routes) register(scope, dependencies);
      done();
    });
  audience(open);
  audience(people, openPeopleHooks(dependencies));
  audience(account, addKeyHooks);
  audience(operator, addKeyHooks);
}
