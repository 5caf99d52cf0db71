/** All routes of the API, in one list. */
import { confirmationPages } from './confirmation-pages.ts';
import type { App, Dependencies } from './dependencies.ts';
import { docsRoutes } from './docs.ts';
import { frontPage } from './front-page.ts';
import { messagePages } from './message-pages.ts';
import { problemPages } from './problem-pages.ts';
import { accountRoutes } from './routes/account.ts';
import { adminAccountRoutes } from './routes/admin-accounts.ts';
import { adminApiKeyRoutes } from './routes/admin-api-keys.ts';
import { adminSystemRoutes } from './routes/admin-system.ts';
import { apiKeyRoutes } from './routes/api-keys.ts';
import { auditLogRoutes } from './routes/audit-log.ts';
import { domainRoutes } from './routes/domains.ts';
import { eventRoutes } from './routes/events.ts';
import { fromAddressRoutes } from './routes/from-addresses.ts';
import { ipNetworkRoutes } from './routes/ip-networks.ts';
import { messageActionRoutes } from './routes/message-actions.ts';
import { messageContentRoutes } from './routes/message-content.ts';
import { messageRoutes } from './routes/messages.ts';
import { metaRoutes } from './routes/meta.ts';
import { recipientRoutes } from './routes/recipients.ts';
import { sandboxRoutes } from './routes/sandbox.ts';
import { sendRoutes } from './routes/send.ts';
import { smtpCredentialRoutes } from './routes/smtp-credentials.ts';
import { streamRoutes } from './routes/streams.ts';
import { suppressionRoutes } from './routes/suppressions.ts';
import { sandboxPages } from './sandbox-pages.ts';

type Register = (app: App, dependencies: Dependencies) => void;

const routes: readonly Register[] = [
  frontPage,
  metaRoutes,
  docsRoutes,
  problemPages,
  confirmationPages,
  sandboxPages,
  messagePages,
  sendRoutes,
  messageRoutes,
  messageContentRoutes,
  messageActionRoutes,
  eventRoutes,
  recipientRoutes,
  accountRoutes,
  auditLogRoutes,
  streamRoutes,
  smtpCredentialRoutes,
  apiKeyRoutes,
  ipNetworkRoutes,
  fromAddressRoutes,
  domainRoutes,
  suppressionRoutes,
  sandboxRoutes,
  adminAccountRoutes,
  adminApiKeyRoutes,
  adminSystemRoutes,
];

export function registerRoutes(app: App, dependencies: Dependencies): void {
  for (const register of routes) register(app, dependencies);
}
