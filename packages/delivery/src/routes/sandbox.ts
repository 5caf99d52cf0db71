/** To the sandbox MX, which plays the MX of every recipient. */
import type { TlsPolicy } from '@waybill/smtp-client/tls-policy';
import { notYet, type Route, sourceOf } from './hop.ts';

export type SandboxSettings = {
  readonly sandbox: { readonly host: string; readonly port: number } | undefined;
  readonly ehloName: string;
};

export const sandboxRoute = (settings: SandboxSettings, tls: TlsPolicy): Route =>
  settings.sandbox
    ? { hops: [{ ...settings.sandbox, tls, mayBePrivate: true, ...sourceOf(settings) }] }
    : { outcome: notYet('the sandbox MX has no port (SANDBOX_PORT)') };
