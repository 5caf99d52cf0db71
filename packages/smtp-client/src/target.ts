import type { TlsPolicy } from './tls-policy.ts';

/** One server at one address, and everything that a session to it depends on. */
export type Target = {
  /** Host name of the server (an MX or a smart host), also its name in TLS (SNI). */
  readonly host: string;
  readonly port: number;
  /** IP address to connect to. */
  readonly address: string;
  /** Source IP address to connect from; `undefined`: the operating system chooses. */
  readonly localAddress: string | undefined;
  /** The name that EHLO says. RFC 5321 §4.1.1.1. */
  readonly ehloName: string;
  readonly tls: TlsPolicy;
  readonly auth?: { readonly username: string; readonly password: string } | undefined;
};

/** The key by which sessions to a destination are counted: host, port and source address. */
export const destinationOf = ({
  host,
  port,
  localAddress,
}: Pick<Target, 'host' | 'port' | 'localAddress'>): string =>
  localAddress === undefined ? `${host}:${port}` : `${host}:${port} from ${localAddress}`;

/** Equal for targets whose sessions can stand in for each other. */
export const keyOf = (target: Target): string =>
  JSON.stringify([
    target.host,
    target.address,
    target.port,
    target.localAddress,
    target.ehloName,
    target.tls,
    target.auth,
  ]);
