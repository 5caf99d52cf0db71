import { explainBody, explanation } from '@waybill/contract/explain';
import { explanationView } from '@waybill/delivery/explanation-view';
import type { App, Dependencies } from '../dependencies.ts';
import { explainedOf } from '../explained-submission.ts';
import { route } from '../route.ts';
import { jsonLimit, sending, submissionOf } from '../submit.ts';

export function explainRoutes(app: App, dependencies: Dependencies): void {
  route(app, {
    method: 'POST',
    url: '/v1/explain',
    operationId: 'explainMessage',
    summary: 'What would become of a message, without sending it',
    description:
      'Takes the fields of a message to send, or a whole message as `raw`, and answers what acceptance, preparation and routing would do with it: whose message it is, each gate, the stream, tracking, the hosts, and the bytes that would leave, with an empty `b=` in place of each DKIM signature. Sends nothing and stores nothing. With `to` alone it answers whether that recipient could be written to now, from a sender of the account. The limit of new recipients is known only when a message is sent.',
    tags: ['Send'],
    body: explainBody,
    answer: explanation,
    refusals: sending.refusals,
    bodyLimit: jsonLimit(dependencies),
    run: async (request) => {
      const { composed, isPrepared } = await explainedOf(request, dependencies);
      const submission = await submissionOf(request, composed, dependencies);
      const explained = await dependencies.explain({ submission, isPrepared });
      return explanationView(explained, composed.envelope.mailFrom);
    },
  });
}
