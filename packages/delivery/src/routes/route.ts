/** Chooses the route of a delivery: to the sandbox, through a smart host, or to the MX of the recipient. ARCHITECTURE §10. */
import type { DnsLookup } from '@waybill/relay/delivery/dns-lookup';
import type { Account, ClaimedDelivery, DeliveryMode } from '@waybill/relay/ports';
import type { TlsPolicy } from '@waybill/smtp-client/tls-policy';
import type { Route } from './hop.ts';
import { mxRoute } from './mx.ts';
import { sandboxRoute } from './sandbox.ts';
import { smarthostRoute } from './smarthost.ts';

export type RouteSettings = {
  /** Of the installation; an account may have its own. */
  readonly mode: DeliveryMode;
  readonly smarthostUrl: string | undefined;
  readonly sandbox: { readonly host: string; readonly port: number } | undefined;
  readonly mxPort: number;
  /** The name that EHLO says. RFC 5321 §4.1.1.1. */
  readonly ehloName: string;
  /** Whether the MX of a recipient may have a private address. */
  readonly allowPrivateDestinations: boolean;
};

export type RouteDependencies = {
  readonly settings: RouteSettings;
  readonly resolver: DnsLookup;
  /** From 0 to below 1. */
  readonly random: () => number;
};

/** The narrower wins: what the credential or account asks for, then the account's mode, then the installation's. */
const modeOf = (
  { sandbox }: Pick<ClaimedDelivery, 'sandbox'>,
  account: Pick<Account, 'deliveryMode'> | undefined,
  settings: Pick<RouteSettings, 'mode'>,
): DeliveryMode => (sandbox ? 'sandbox' : (account?.deliveryMode ?? settings.mode));

/** Where this delivery goes now. Asks DNS for the MX only; addresses are looked up host by host (`hop.ts`). Never rejects. */
export async function routeOf(
  dependencies: RouteDependencies,
  delivery: Pick<ClaimedDelivery, 'sandbox' | 'recipient' | 'requireTls'>,
  account: Pick<Account, 'deliveryMode' | 'smarthostUrl'> | undefined,
): Promise<Route> {
  const { settings } = dependencies;
  const tls: TlsPolicy = { kind: delivery.requireTls ? 'required' : 'opportunistic' };
  switch (modeOf(delivery, account, settings)) {
    case 'sandbox':
      return sandboxRoute(settings, tls);
    case 'smarthost':
      return smarthostRoute(settings, account?.smarthostUrl ?? settings.smarthostUrl, tls);
    case 'mx':
      return mxRoute(dependencies, delivery.recipient, tls);
  }
}
