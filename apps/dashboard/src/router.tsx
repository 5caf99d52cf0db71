/** The pages. Each is loaded when it is first opened. */
import {
  type AnyRoute,
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from '@tanstack/react-router';
import { isUnauthenticated } from './api/problem-error.ts';
import { queryClient } from './api/query-client.ts';
import { sessionQuery } from './api/session.ts';
import { formatUrlSearch, parseUrlSearch } from './api/url-search.ts';
import { paths } from './paths.ts';
import { PageError } from './shell/page-error.tsx';
import { PageMissing } from './shell/page-missing.tsx';
import { Shell } from './shell/shell.tsx';

const root = createRootRoute({
  validateSearch: (search: Record<string, unknown>) => search,
});

async function requireSession(here: string): Promise<void> {
  try {
    await queryClient.ensureQueryData(sessionQuery);
  } catch (error) {
    if (isUnauthenticated(error)) throw redirect({ to: paths.login, search: { next: here } });
    throw error;
  }
}

/** The code of a page comes while the session is asked for. The router itself reports a file that is missing. */
function loadCode(routeIds: readonly string[]): void {
  const routes: Readonly<Record<string, AnyRoute>> = router.routesById;
  for (const id of routeIds) {
    const route = routes[id];
    if (route !== undefined) void router.loadRouteChunk(route)?.catch(() => undefined);
  }
}

const shell = createRoute({
  getParentRoute: () => root,
  id: 'shell',
  beforeLoad: ({ location, matches }) => {
    loadCode(matches.map(({ routeId }) => routeId));
    return requireSession(location.href);
  },
  component: Shell,
});

const login = createRoute({
  getParentRoute: () => root,
  path: paths.login,
  component: lazyRouteComponent(() => import('./pages/login/login-page.tsx'), 'LoginPage'),
});

type Pages<Name extends string> = () => Promise<Record<Name, () => React.ReactNode>>;

/** A page inside the shell: its path, the file it is loaded from, and the component there. */
const page = <Name extends string>(path: string, load: Pages<Name>, name: Name) =>
  createRoute({ getParentRoute: () => shell, path, component: lazyRouteComponent(load, name) });

const accountPages = [
  page('/', () => import('./pages/overview/overview-page.tsx'), 'OverviewPage'),
  page('/attention', () => import('./pages/attention/attention-page.tsx'), 'AttentionPage'),
  page('/get-started', () => import('./pages/get-started/get-started-page.tsx'), 'GetStartedPage'),
  page('/statistics', () => import('./pages/statistics/statistics-page.tsx'), 'StatisticsPage'),
  page('/webhooks', () => import('./pages/webhooks/webhooks-page.tsx'), 'WebhooksPage'),
  page('/webhooks/$id', () => import('./pages/webhooks/webhook-page.tsx'), 'WebhookPage'),
  page('/messages', () => import('./pages/messages/messages-page.tsx'), 'MessagesPage'),
  page('/messages/$id', () => import('./pages/message/message-page.tsx'), 'MessagePage'),
  page('/recipients/$address', () => import('./pages/recipients/recipient-page.tsx'), 'RecipientPage'),
  page('/sandbox', () => import('./pages/sandbox/sandbox-page.tsx'), 'SandboxPage'),
  page('/sandbox/$id', () => import('./pages/sandbox/sandbox-message-page.tsx'), 'SandboxMessagePage'),
  page('/domains', () => import('./pages/domains/domains-page.tsx'), 'DomainsPage'),
  page('/domains/$id', () => import('./pages/domains/domain-page.tsx'), 'DomainPage'),
  page('/credentials', () => import('./pages/credentials/credentials-page.tsx'), 'CredentialsPage'),
  page('/suppressions', () => import('./pages/suppressions/suppressions-page.tsx'), 'SuppressionsPage'),
  page('/streams', () => import('./pages/streams/streams-page.tsx'), 'StreamsPage'),
  page('/team', () => import('./pages/team/team-page.tsx'), 'TeamPage'),
  page('/settings', () => import('./pages/settings/settings-page.tsx'), 'SettingsPage'),
  page('/you', () => import('./pages/you/you-page.tsx'), 'YouPage'),
  page('/audit-log', () => import('./pages/audit-log/audit-log-page.tsx'), 'AuditLogPage'),
];

const operatorPages = [
  page('/admin/system', () => import('./pages/admin/system-page.tsx'), 'SystemPage'),
  page('/admin/accounts', () => import('./pages/admin/accounts-page.tsx'), 'AccountsPage'),
  page('/admin/accounts/$id', () => import('./pages/admin/account-page.tsx'), 'AdminAccountPage'),
  page('/admin/users', () => import('./pages/admin/users-page.tsx'), 'UsersPage'),
  page('/admin/queues', () => import('./pages/admin/queues-page.tsx'), 'QueuesPage'),
  page('/admin/discards', () => import('./pages/admin/discards-page.tsx'), 'DiscardsPage'),
  page('/admin/bounce-rules', () => import('./pages/admin/bounce-rules-page.tsx'), 'BounceRulesPage'),
  page('/admin/audit-log', () => import('./pages/audit-log/admin-audit-log-page.tsx'), 'AdminAuditLogPage'),
];

export const router = createRouter({
  routeTree: root.addChildren([login, shell.addChildren([...accountPages, ...operatorPages])]),
  basepath: '/app',
  parseSearch: parseUrlSearch,
  stringifySearch: formatUrlSearch,
  defaultPreload: 'intent',
  scrollRestoration: true,
  defaultErrorComponent: PageError,
  defaultNotFoundComponent: PageMissing,
});
