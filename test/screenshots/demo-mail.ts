/** Mail of a small shop, so that pictures show what a working account shows. */
import type { DevFile } from '../../apps/cli/src/dev/dev-file.ts';
import { firstAccount } from '../support/black-box.ts';
import { eventually } from '../support/eventually.ts';

const people = ['ada', 'grace', 'alan', 'edsger', 'barbara', 'donald', 'margaret', 'tim', 'radia', 'ken'];
const hosts = ['example.com', 'example.org', 'post.example', 'mail.example'];
const subjects = ['Your order', 'Your invoice', 'Sign in to Acme', 'Your order has left', 'Welcome to Acme'];
/** Magic recipients of the sandbox: one message each comes to another end. */
const troubles = ['bounce', 'full', 'greylist', 'softbounce', 'spam'];

const MESSAGES = 90;

type Mail = { readonly from: string; readonly to: string; readonly subject: string; readonly text: string };

function mailOf(domain: string, index: number): Mail {
  const name = people[index % people.length];
  const trouble = index % 12 === 5 ? troubles[Math.floor(index / 12) % troubles.length] : undefined;
  return {
    from: `Acme <shop@${domain}>`,
    to: trouble === undefined ? `${name}@${hosts[index % hosts.length]}` : `${trouble}+${name}@sandbox.test`,
    subject: `${subjects[index % subjects.length]} ${1_000 + index}`,
    text: 'Thank you. https://acme.test/orders',
  };
}

/** Sends it, and waits until nearly all of it has come to an end. */
export async function sendDemoMail(file: DevFile): Promise<void> {
  const api = firstAccount(file);
  const mail = Array.from({ length: MESSAGES }, (_, index) => mailOf(file.account.domain, index));
  await api.post('/v1/messages/batch', { messages: mail });
  await eventually(
    () => 'the mail is delivered',
    async () => (await api.get('/v1/messages?status=queued&limit=1')).data.length === 0,
    60,
  );
}
