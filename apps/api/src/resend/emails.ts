/** `/emails`: messages as Resend sends, reads and changes them. docs/api.md §5. */
import { idParams } from '@waybill/contract/id';
import {
  resendBatchBody,
  resendBatchSent,
  resendEmail,
  resendEmailChanged,
  resendEmailSummary,
  resendSent,
} from '@waybill/contract/resend/email';
import { resendListOf, resendListQuery } from '@waybill/contract/resend/list';
import { rescheduleBody, sendBody } from '@waybill/contract/send';
import { found } from '@waybill/relay/management/found';
import { actOnMessage, rescheduleMessage } from '@waybill/relay/management/message-actions';
import type { Composed } from '@waybill/relay/submission/composed';
import { compose } from '../compose.ts';
import type { App, Dependencies } from '../dependencies.ts';
import { innerId } from '../inner-id.ts';
import type { MessageRow } from '../message-view.ts';
import { accountOf, callerOf } from '../request.ts';
import { route } from '../route.ts';
import { readScheduledAt } from '../scheduled-at.ts';
import { jsonLimit, sending, submit } from '../submit.ts';
import { onlyTests } from '../test-key.ts';
import { sendBatch } from './email-batch.ts';
import { emailSummary, emailView } from './email-view.ts';
import { resendList, resendPage } from './resend-list.ts';

const tags = ['Resend'];
const params = idParams('msg');
const dialect = 'resend';

function sendRoutes(app: App, dependencies: Dependencies): void {
  route(app, {
    method: 'POST',
    url: '/emails',
    operationId: 'sendEmail',
    summary: 'POST /v1/messages for clients of Resend',
    description: 'The same fields and the same rules as POST /v1/messages; the answer is the id alone.',
    tags,
    body: sendBody,
    answer: resendSent,
    ...sending,
    dialect,
    bodyLimit: jsonLimit(dependencies),
    run: async (request) => {
      const composed: Composed = await compose(request.body, dependencies.now());
      return { id: (await submit(request, composed, dependencies)).id };
    },
  });
  route(app, {
    method: 'POST',
    url: '/emails/batch',
    operationId: 'sendEmailBatch',
    summary: 'POST /v1/messages/batch for clients of Resend',
    description:
      'Up to 100 messages. All of them are checked before the first is sent, and a fault in one refuses all; with `x-batch-validation: permissive` the good ones are sent and `errors` names the others.',
    tags,
    body: resendBatchBody,
    answer: resendBatchSent,
    ...sending,
    dialect,
    headers: ['X-Batch-Validation'],
    bodyLimit: jsonLimit(dependencies),
    run: (request) => sendBatch(request, request.body, dependencies),
  });
}

type PageQuery = ReturnType<typeof resendPage> & { readonly onlyTests?: true };

/** Rows of one page. Where a search is bounded it goes on, because the next page begins at the last item of this one. */
async function pageOf(
  accountId: string,
  query: PageQuery,
  stores: Pick<Dependencies['stores'], 'messages'>,
): Promise<readonly MessageRow[]> {
  const { rows, searchedTo } = await stores.messages.list(accountId, query);
  if (searchedTo === undefined || rows.length >= query.limit) return rows;
  const cursor = query.before === undefined ? { after: searchedTo } : { before: searchedTo };
  const rest = { ...query, limit: query.limit - rows.length, ...cursor };
  return [...rows, ...(await pageOf(accountId, rest, stores))];
}

function readRoutes(app: App, dependencies: Dependencies): void {
  const { stores } = dependencies;
  route(app, {
    method: 'GET',
    url: '/emails',
    operationId: 'listEmails',
    summary: 'Messages, newest first, as Resend lists them',
    description: 'The field `to` holds every recipient; Cc, Bcc and Reply-To are shown for one message only.',
    tags,
    dialect,
    query: resendListQuery('msg'),
    answer: resendListOf(resendEmailSummary),
    run: async (request) => {
      const { query } = request;
      const asked = { ...resendPage('msg', query), ...onlyTests(request) };
      const rows = await pageOf(accountOf(request), asked, stores);
      return resendList(rows, { query, view: emailSummary });
    },
  });
  route(app, {
    method: 'GET',
    url: '/emails/:id',
    operationId: 'getEmail',
    summary: 'One message, as Resend shows it',
    description: 'Its html and text are null once retention has removed the bytes.',
    tags,
    dialect,
    params,
    answer: resendEmail,
    run: async (request) => {
      const id = innerId('msg', request.params.id);
      const detail = found(await stores.messages.one(accountOf(request), id));
      return emailView(detail, await stores.messages.content(accountOf(request), id));
    },
  });
}

function changeRoutes(app: App, dependencies: Dependencies): void {
  route(app, {
    method: 'PATCH',
    url: '/emails/:id',
    operationId: 'updateEmail',
    summary: 'Move the time at which a scheduled message is sent',
    description: 'As PATCH /v1/messages/{id}.',
    tags,
    dialect,
    params,
    body: rescheduleBody,
    answer: resendEmailChanged,
    refusals: ['conflict', 'send_time_refused'],
    run: async (request) => {
      const id = innerId('msg', request.params.id);
      found(await dependencies.stores.messages.one(accountOf(request), id));
      const sendAt = readScheduledAt(request.body.scheduled_at, dependencies.now());
      await rescheduleMessage({ id, sendAt }, callerOf(request), dependencies);
      return { object: 'email' as const, id: request.params.id };
    },
  });
  route(app, {
    method: 'POST',
    url: '/emails/:id/cancel',
    operationId: 'cancelEmail',
    summary: 'Stop a message that has not been delivered yet',
    description: 'As POST /v1/messages/{id}/cancel.',
    tags,
    dialect,
    params,
    answer: resendEmailChanged,
    refusals: ['conflict'],
    run: async (request) => {
      const asked = { action: 'cancel' as const, id: innerId('msg', request.params.id) };
      await actOnMessage(asked, callerOf(request), dependencies);
      return { object: 'email' as const, id: request.params.id };
    },
  });
}

export function emailRoutes(app: App, dependencies: Dependencies): void {
  sendRoutes(app, dependencies);
  readRoutes(app, dependencies);
  changeRoutes(app, dependencies);
}
