/** The only place that calls the API. The session cookie authenticates; `Waybill-Account` names the account. */
import type { Problem } from '@waybill/contract/problem';
import { ProblemError, unreachable, unreadable } from './problem-error.ts';

export type Query = Readonly<Record<string, string | number | undefined>>;

export type Asked = {
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  readonly query?: Query;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** A body that is no JSON, with its content type. */
  readonly file?: { readonly type: string; readonly text: string };
  /** The content type of the answer, where JSON is not what is asked for. */
  readonly accept?: string;
  /** `acc_…`; `undefined`: the request concerns no account. */
  readonly account?: string | undefined;
  readonly signal?: AbortSignal;
};

export function urlOf(path: string, query: Query = {}): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== '');
  const search = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return search === '' ? path : `${path}?${search}`;
}

type Content = { readonly type: string; readonly text: string };

const contentOf = ({ body, file }: Asked): Content | undefined =>
  file ?? (body === undefined ? undefined : { type: 'application/json', text: JSON.stringify(body) });

const headersOf = ({ account, accept }: Asked, content: Content | undefined): Record<string, string> => ({
  ...(account === undefined ? {} : { 'waybill-account': account }),
  ...(accept === undefined ? {} : { accept }),
  ...(content === undefined ? {} : { 'content-type': content.type }),
});

const isProblem = (value: unknown): value is Problem =>
  typeof value === 'object' && value !== null && 'code' in value && 'title' in value;

async function failureOf(response: Response): Promise<ProblemError> {
  const body: unknown = await response.json().catch(() => undefined);
  return isProblem(body) ? new ProblemError(body) : unreadable(response.status);
}

/** The answer as it came. Throws a `ProblemError` for any answer that is no success. */
async function send(path: string, asked: Asked): Promise<Response> {
  const content = contentOf(asked);
  const response = await fetch(urlOf(path, asked.query), {
    method: asked.method ?? 'GET',
    credentials: 'same-origin',
    headers: headersOf(asked, content),
    ...(content === undefined ? {} : { body: content.text }),
    ...(asked.signal === undefined ? {} : { signal: asked.signal }),
  }).catch((error: unknown) => {
    throw asked.signal?.aborted ? error : unreachable();
  });
  if (!response.ok) throw await failureOf(response);
  return response;
}

export async function request<T>(path: string, asked: Asked = {}): Promise<T> {
  const response = await send(path, asked);
  const text = await response.text();
  return (text === '' ? undefined : JSON.parse(text)) as T;
}

export const requestText = async (path: string, asked: Asked = {}): Promise<string> =>
  (await send(path, asked)).text();

export type AnsweredFile = { readonly name: string; readonly content: Blob };

/** The name of `content-disposition: attachment; filename="…"`. */
const fileNameOf = (header: string | null): string =>
  /filename="([^"]+)"/.exec(header ?? '')?.[1] ?? 'waybill';

export async function requestFile(path: string, asked: Asked = {}): Promise<AnsweredFile> {
  const response = await send(path, asked);
  return { name: fileNameOf(response.headers.get('content-disposition')), content: await response.blob() };
}

/** The answer piece by piece, as it arrives. */
export async function* requestPieces(path: string, asked: Asked): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const { body } = await send(path, asked);
  const reader = body?.getReader();
  for (let read = await reader?.read(); read?.value !== undefined; read = await reader?.read())
    yield read.value;
}
