/** A client of the HTTP API, which every other client uses as well. */
export type ApiClient = {
  get<T>(path: string): Promise<T>;
  post<T>(path: string, body: unknown): Promise<T>;
};

export type ApiAccess = { readonly url: string; readonly key: string; readonly accountId?: string };

type Request = { readonly method: 'GET' | 'POST'; readonly path: string; readonly body?: unknown };

/** An error with the text of the problem document. */
export class ApiError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

async function ask<T>({ url, key, accountId }: ApiAccess, { method, path, body }: Request): Promise<T> {
  const response = await fetch(new URL(path, url), {
    method,
    headers: {
      authorization: `Bearer ${key}`,
      ...(accountId === undefined ? {} : { 'waybill-account': accountId }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(30_000),
  });
  const text = await response.text();
  if (!response.ok)
    throw new ApiError(response.status, `${method} ${path} was answered ${response.status}: ${text}`);
  return JSON.parse(text) as T;
}

export const apiClient = (access: ApiAccess): ApiClient => ({
  get: (path) => ask(access, { method: 'GET', path }),
  post: (path, body) => ask(access, { method: 'POST', path, body }),
});
