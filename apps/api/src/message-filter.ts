/** The filters of a list of messages, with the ids and names of the request resolved. */
import type { messageFilter } from '@waybill/contract/message';
import { given } from '@waybill/relay/given';
import { type IdPrefix, parsePublicId } from '@waybill/relay/id';
import type { MessageFilter } from '@waybill/relay/management/message-filter';
import type { z } from 'zod';
import type { Dependencies } from './dependencies.ts';
import { innerIdOrNone } from './inner-id.ts';

type Asked = z.output<typeof messageFilter>;

/** An id that no row has. */
const noId = '00000000-0000-0000-0000-000000000000';

/** By id or by name; an unknown name matches nothing. */
async function streamIdOf(text: string | undefined, accountId: string, dependencies: Dependencies) {
  if (text === undefined) return undefined;
  const id = parsePublicId('str', text);
  if (id !== undefined) return id;
  const streams = await dependencies.stores.streams.list(accountId);
  return streams.find(({ name }) => name === text)?.id ?? noId;
}

const dateOf = (text: string | undefined): Date | undefined =>
  text === undefined ? undefined : new Date(text);

/** Searches by id when the text is an id that lists show, else by words. */
const filterOfId = {
  msg: 'id',
  dlv: 'deliveryId',
  att: 'attemptId',
  evt: 'eventId',
  cred: 'credentialId',
  key: 'credentialId',
  str: 'streamId',
} as const satisfies Partial<Record<IdPrefix, string>>;

function searchOf(q: string | undefined): Readonly<Record<string, string>> {
  if (q === undefined) return {};
  const text = q.trim().toLowerCase();
  for (const [prefix, name] of Object.entries(filterOfId)) {
    const id = parsePublicId(prefix as IdPrefix, text);
    if (id !== undefined) return { [name]: id };
  }
  return { q };
}

const credentialIdOf = (text: string | undefined): string | undefined =>
  innerIdOrNone(text?.startsWith('key_') ? 'key' : 'cred', text);

/** With provider, category or code, one delivery has to meet them, the status and the domain. */
function troubleOf({ status, domain, provider, category, code, ...same }: Omit<Asked, 'q'>) {
  const isTrouble = provider !== undefined || category !== undefined || code !== undefined;
  return isTrouble
    ? { ...same, status, trouble: given({ status, domain, provider, category, code }) }
    : { ...same, status, domain };
}

export async function filterOf(
  { custom_id, credential, stream, since, until, q, provider, category, code, ...same }: Asked,
  accountId: string,
  dependencies: Dependencies,
): Promise<MessageFilter> {
  const search = searchOf(q);
  const asked: Record<string, unknown> = given({
    ...troubleOf({ ...same, provider, category, code }),
    customId: custom_id,
    credentialId: credentialIdOf(credential),
    streamId: await streamIdOf(stream, accountId, dependencies),
    since: dateOf(since),
    until: dateOf(until),
  });
  // A filter and a search that name two different ids of one kind match no message.
  const isContradiction = Object.entries(search).some(([name, id]) => name in asked && asked[name] !== id);
  return { ...search, ...asked, ...(isContradiction ? { id: noId } : {}) };
}
