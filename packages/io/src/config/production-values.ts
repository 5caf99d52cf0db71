import { isLoopback } from '@waybill/relay/domains/networks';

/** Names and addresses that work on a developer's machine only. */
const placeholder = /(?:^|\.)(?:localhost|localdomain|waybill\.test)$/i;
const unspecified = /^(?:0\.0\.0\.0|\[?::\]?)$/;
const domainName = /^(?=.{4,253}$)(?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9])?\.)+[a-z](?:[a-z0-9-]*[a-z0-9])$/i;

const isLocal = (host: string): boolean =>
  placeholder.test(host) || unspecified.test(host) || isLoopback(host);

/** The problem with a host or domain name that other mail servers must find in DNS. */
export function unfitName(value: string): string | undefined {
  const name = value.replace(/\.$/, '');
  if (isLocal(name)) return `is "${value}", which other hosts cannot find; it must be a name of yours in DNS`;
  return domainName.test(name) ? undefined : `is "${value}", which is no full domain name`;
}

/** The problem with a URL that recipients and customers open. */
export function unfitUrl(value: string): string | undefined {
  if (!URL.canParse(value)) return undefined;
  return isLocal(new URL(value).hostname)
    ? `is "${value}", which opens on this machine only; it must be an address that people reach`
    : undefined;
}
