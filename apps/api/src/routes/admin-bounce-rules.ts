/** Rules by which replies and reports are classified. The engine follows a change within seconds. */
import {
  bounceRule,
  bounceRuleBody,
  bounceRulePatch,
  bounceRuleTest,
  bounceRuleTried,
} from '@waybill/contract/bounce-rule';
import { idParams } from '@waybill/contract/id';
import { given } from '@waybill/relay/given';
import {
  changeBounceRule,
  createBounceRule,
  listBounceRules,
  ownRuleView,
  removeBounceRule,
  type Tried,
  tryBounceRules,
} from '@waybill/relay/management/bounce-rules';
import { faultAt } from '@waybill/relay/management/request-fault';
import type { z } from 'zod';
import type { App, Dependencies } from '../dependencies.ts';
import { innerId } from '../inner-id.ts';
import { wholeListRoute } from '../list-route.ts';
import { callerOf } from '../request.ts';
import { route } from '../route.ts';

const tags = ['Operator'];
const params = idParams('rule');

export function adminBounceRuleRoutes(app: App, dependencies: Dependencies): void {
  wholeListRoute(app, {
    url: '/v1/admin/bounce-rules',
    operationId: 'listBounceRules',
    summary: 'Rules for the text of replies, in the order in which they are tried',
    description:
      'Own rules come first, then the built-in ones. The first that matches decides category and party; without a match the enhanced status or the code decides.',
    tags,
    item: bounceRule,
    rows: () => listBounceRules(dependencies),
  });
  route(app, {
    method: 'POST',
    url: '/v1/admin/bounce-rules',
    operationId: 'createBounceRule',
    summary: 'Add a rule',
    description:
      'It wins over the built-in rules, in every process within seconds. Without a position it is tried after the other own rules. There are at most 200.',
    tags,
    body: bounceRuleBody,
    answer: bounceRule,
    statuses: [201],
    idempotent: true,
    run: async (request) => {
      const { outcome, position, ...rule } = request.body;
      const asked = { ...rule, outcome: outcome ?? undefined, position };
      return ownRuleView(await createBounceRule(asked, callerOf(request), dependencies));
    },
  });
  route(app, {
    method: 'PATCH',
    url: '/v1/admin/bounce-rules/:id',
    operationId: 'updateBounceRule',
    summary: 'Change a rule, or move it',
    description: 'Fields that are not given stay as they are. `position` moves it among the own rules.',
    tags,
    params,
    body: bounceRulePatch,
    answer: bounceRule,
    run: async (request) => {
      const { outcome, ...rest } = request.body;
      const change = { ...given(rest), ...(outcome === undefined ? {} : { outcome: outcome ?? undefined }) };
      const asked = { id: innerId('rule', request.params.id), change };
      return ownRuleView(await changeBounceRule(asked, callerOf(request), dependencies));
    },
  });
  route(app, {
    method: 'DELETE',
    url: '/v1/admin/bounce-rules/:id',
    operationId: 'deleteBounceRule',
    summary: 'Remove a rule',
    description: 'Mail that was classified by it stays as it is.',
    tags,
    params,
    run: async (request) =>
      removeBounceRule(innerId('rule', request.params.id), callerOf(request), dependencies),
  });
  testRoute(app, dependencies);
}

function triedOf({ reply, phase, report, recipient }: z.output<typeof bounceRuleTest>): Tried {
  if ((reply === undefined) === (report === undefined)) throw faultAt('', 'must have either reply or report');
  if (report !== undefined) return { report: Buffer.from(report, 'base64'), recipient };
  return { reply: reply ?? '', phase, recipient };
}

function testRoute(app: App, dependencies: Dependencies): void {
  route(app, {
    method: 'POST',
    url: '/v1/admin/bounce-rules/test',
    operationId: 'testBounceRules',
    summary: 'What a reply or a report would be taken as, and by which rule',
    description: 'The functions of the engine, with the rules as they stand. Nothing is changed.',
    tags,
    body: bounceRuleTest,
    answer: bounceRuleTried,
    bodyLimit: 2_097_152,
    run: (request) => tryBounceRules(triedOf(request.body), dependencies),
  });
}
