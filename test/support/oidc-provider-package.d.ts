/** The part of oidc-provider that tests use; the package ships no types. */
declare module 'oidc-provider' {
  import type { IncomingMessage, ServerResponse } from 'node:http';

  type Opened = { callback(): (request: IncomingMessage, response: ServerResponse) => void };
  export const Provider: new (issuer: string, configuration: Readonly<Record<string, unknown>>) => Opened;
}
