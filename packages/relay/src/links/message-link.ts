/** Links of `waybill dev`. Each opens one message of one account for 24 hours. */
import { publicId } from '../id.ts';
import { openLink, signLink } from './signed-link.ts';

const daySeconds = 86_400;
const subjectOf = (messageId: string): string => `message-link:${messageId}`;

/** The message that a link opens. */
export type MessageLink = { readonly accountId: string; readonly messageId: string };

/** The URL of the page. */
export function messageUrl(
  publicUrl: string,
  key: Buffer,
  link: MessageLink & { readonly now: Date },
): string {
  const { accountId, messageId, now } = link;
  const expires = Math.floor(now.getTime() / 1000) + daySeconds;
  const token = signLink(key, { accountId, subject: subjectOf(messageId), expires });
  return `${publicUrl.replace(/\/$/, '')}/messages/${publicId('msg', messageId)}?t=${token}`;
}

/** The account whose message the token opens. `undefined`: the token is for another message or has expired. */
export const openMessageLink = (
  key: Buffer,
  token: string,
  { messageId, now }: { readonly messageId: string; readonly now: Date },
): string | undefined => openLink(key, token, { subjects: [subjectOf(messageId)], now })?.accountId;
