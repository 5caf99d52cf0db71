/** The paths of every page below `/app`, and data that fills them. */
import type { DevFile } from '../../apps/cli/src/dev/dev-file.ts';
import { firstAccount, freshRecipient } from '../support/black-box.ts';
import { eventually } from '../support/eventually.ts';

/** Pages that need no record of their own: they show what an account without any mail has. */
export const plainPages = [
  '/',
  '/get-started',
  '/attention',
  '/statistics',
  '/webhooks',
  '/messages',
  '/sandbox',
  '/domains',
  '/streams',
  ...['', '?tab=keys', '?tab=networks', '?tab=addresses'].map((tab) => `/credentials${tab}`),
  '/suppressions',
  '/team',
  '/settings',
  '/audit-log',
] as const;

export const operatorPages = [
  '/admin/system',
  '/admin/accounts',
  '/admin/users',
  '/admin/queues',
  '/admin/discards',
  '/admin/bounce-rules',
  '/admin/audit-log',
] as const;

/** Makes one of everything, so that no page is empty. Resolves with the paths of the pages about single records. */
export async function fillPages(file: DevFile): Promise<readonly string[]> {
  const api = firstAccount(file);
  const to = freshRecipient('wide', 'a-rather-long-name-of-a-host.example.com');
  const sent = await api.post('/v1/messages', {
    from: `Acme <app@${file.account.domain}>`,
    to: [to, freshRecipient('bounce', 'sandbox.test')],
    subject: `A subject ${'without a space'.replaceAll(' ', '').repeat(20)}`,
    html: '<p>Hello <a href="https://acme.test/x">link</a></p>',
    text: 'Hello',
  });
  await eventually(
    () => 'the message is delivered',
    async () =>
      (await api.get(`/v1/messages/${sent.id}`)).deliveries.every(
        ({ status }: { status: string }) => status === 'delivered' || status === 'bounced',
      ),
    20,
  );
  const box = (await api.get(`/v1/sandbox/messages?to=${encodeURIComponent(to)}&wait=10`)).data[0];
  const domain = (await api.get('/v1/domains')).data[0];
  const webhook = await api.post('/v1/webhooks', {
    url: 'https://hooks.example.com/waybill',
    events: ['message.bounced'],
  });
  return [
    '/statistics?group=domain',
    `/webhooks/${webhook.id}`,
    '/messages?status=bounced&q=subject',
    ...['', '?tab=preview', '?tab=headers', '?tab=difference', '?tab=links'].map(
      (tab) => `/messages/${sent.id}${tab}`,
    ),
    `/recipients/${encodeURIComponent(to)}`,
    `/sandbox/${box.id}`,
    `/domains/${domain.id}`,
    `/admin/accounts/${file.account.id}`,
  ];
}
