/** The operator's view of the installation: trusted relays, discards, queues, health. */
import {
  discard,
  discardQuery,
  doctorCheck,
  doctorParams,
  health,
  healthCheck,
  queueDepth,
  waitingGroup,
} from '@waybill/contract/admin';
import { idParams } from '@waybill/contract/id';
import { ipNetwork, trustedRelayBody } from '@waybill/contract/ip-network';
import { listQuery } from '@waybill/contract/list';
import { version } from '@waybill/io/process/version';
import { given } from '@waybill/relay/given';
import { publicId } from '@waybill/relay/id';
import { distrustRelay, networkView, trustRelay } from '@waybill/relay/management/ip-networks';
import { readNetwork } from '@waybill/relay/management/network-rules';
import { orNull } from '@waybill/relay/management/or-null';
import { Refusal } from '@waybill/relay/refusal';
import { publicFields } from '@waybill/relay/trace/public-json';
import { resolutionView } from '@waybill/relay/trace/resolution-view';
import { z } from 'zod';
import type { App, Check, Dependencies } from '../dependencies.ts';
import { innerId, innerIdOrNone } from '../inner-id.ts';
import { listRoute, wholeListRoute } from '../list-route.ts';
import { callerOf } from '../request.ts';
import { route } from '../route.ts';

const tags = ['Operator'];

export function adminSystemRoutes(app: App, dependencies: Dependencies): void {
  trustedRelayRoutes(app, dependencies);
  discardRoutes(app, dependencies);
  healthRoutes(app, dependencies);
  doctorRoutes(app, dependencies);
  waitingRoute(app, dependencies);
}

function trustedRelayRoutes(app: App, dependencies: Dependencies): void {
  listRoute(app, dependencies, {
    url: '/v1/admin/ip-networks',
    operationId: 'listTrustedRelays',
    summary: 'Trusted relays: networks that may submit mail for every account',
    description: 'Mail from a trusted relay is given to an account by its From address.',
    tags,
    cursor: 'trusted-relays',
    query: listQuery,
    item: ipNetwork,
    rows: (page) => dependencies.stores.ipNetworks.list(undefined, page),
    view: networkView,
  });
  route(app, {
    method: 'POST',
    url: '/v1/admin/ip-networks',
    operationId: 'createTrustedRelay',
    summary: 'Trust a relay',
    description:
      'The whole network is trusted to have checked its senders. Very wide networks need "confirm": true.',
    tags,
    body: trustedRelayBody,
    answer: ipNetwork,
    statuses: [201],
    idempotent: true,
    refusals: ['conflict'],
    run: async (request) => {
      const { cidr, label, confirm } = request.body;
      const asked = { cidr: readNetwork('/cidr', cidr), shared: false, label, isConfirmed: confirm };
      return networkView(await trustRelay(asked, callerOf(request), dependencies));
    },
  });
  route(app, {
    method: 'DELETE',
    url: '/v1/admin/ip-networks/:id',
    operationId: 'deleteTrustedRelay',
    summary: 'Trust a relay no more',
    description: 'Mail from the network needs a login again.',
    tags,
    params: idParams('net'),
    run: (request) => distrustRelay(innerId('net', request.params.id), callerOf(request), dependencies),
  });
}

const discardRoutes = (app: App, dependencies: Dependencies): void =>
  listRoute(app, dependencies, {
    url: '/v1/admin/discards',
    operationId: 'listDiscards',
    summary: 'What could not be given to any account, with the evidence',
    description: 'Each with every account that was considered and why it lost.',
    tags,
    cursor: 'discards',
    query: discardQuery,
    item: discard,
    rows: (page, request) => {
      const filter = given({ messageId: innerIdOrNone('msg', request.query.message_id) });
      return dependencies.stores.discards.list({ ...page, ...filter });
    },
    view: (row) => ({
      id: publicId('dis', row.id),
      message_id: row.messageId === undefined ? null : publicId('msg', row.messageId),
      stage: row.stage,
      resolution: resolutionView(row.resolution),
      evidence: publicFields(row.evidence),
      occurred_at: row.occurredAt.toISOString(),
    }),
  });

const waitingRoute = (app: App, { stores: { waitingGroups } }: Dependencies): void =>
  wholeListRoute(app, {
    url: '/v1/admin/queues/deliveries',
    operationId: 'listWaitingDeliveries',
    summary: 'Mail that waits or is held, by account, state and destination',
    description:
      'Counts the 20,000 deliveries that are due first and as many that a switch holds; the largest 500 groups first.',
    tags,
    item: waitingGroup,
    rows: async () =>
      (await waitingGroups.list()).map((row) => ({
        account_id: publicId('acc', row.accountId),
        account_name: row.accountName,
        domain: row.domain,
        status: row.status,
        held_for: orNull(row.heldFor),
        deliveries: row.deliveries,
        since: row.since.toISOString(),
        next_attempt_at: row.nextActionAt?.toISOString() ?? null,
      })),
  });

async function resultOf(name: string, run: () => Promise<Check>): Promise<z.output<typeof healthCheck>> {
  const { ok, sentence, fix } = await run();
  return { name, ok, sentence, fix: orNull(fix) };
}

function doctorRoutes(app: App, { doctor }: Pick<Dependencies, 'doctor'>): void {
  route(app, {
    method: 'GET',
    url: '/v1/admin/health/checks',
    operationId: 'listDoctorChecks',
    summary: 'The checks of waybill doctor',
    description: 'Their names, in the order of the command. Run each by its name.',
    tags,
    answer: z.array(doctorCheck),
    run: () => Object.keys(doctor).map((name) => ({ name })),
  });
  route(app, {
    method: 'GET',
    url: '/v1/admin/health/checks/:check',
    operationId: 'runDoctorCheck',
    summary: 'Run a check of waybill doctor',
    description:
      'As the host of the API sees it. A check that waits for DNS may take some seconds. Whether `waybill start` accepts the settings is not among them: the API runs.',
    tags,
    params: doctorParams,
    answer: healthCheck,
    run: ({ params: { check: name } }) => {
      const check = Object.hasOwn(doctor, name) ? doctor[name] : undefined;
      if (check === undefined) throw new Refusal('not_found');
      return resultOf(name, check);
    },
  });
}

function healthRoutes(app: App, dependencies: Dependencies): void {
  route(app, {
    method: 'GET',
    url: '/v1/admin/health',
    operationId: 'getHealth',
    summary: 'Health as sentences',
    description: 'Each check as a sentence, with what to do when it fails.',
    tags,
    answer: health,
    run: async () => {
      const checks = await Promise.all(
        Object.entries({ ...dependencies.checks, ...dependencies.alarms }).map(([name, check]) =>
          resultOf(name, check),
        ),
      );
      return { ok: checks.every(({ ok }) => ok), version, checks };
    },
  });
  route(app, {
    method: 'GET',
    url: '/v1/admin/queues',
    operationId: 'listQueues',
    summary: 'Jobs that wait, by queue',
    description: 'How many jobs wait in each queue, and since when the oldest of them is due.',
    tags,
    answer: z.array(queueDepth),
    run: async () => {
      const [depth, oldest] = await Promise.all([dependencies.queueDepth(), dependencies.oldestDue()]);
      return Object.entries(depth).map(([queue, waiting]) => ({
        queue,
        waiting,
        oldest_due_at: oldest[queue]?.toISOString() ?? null,
      }));
    },
  });
}
