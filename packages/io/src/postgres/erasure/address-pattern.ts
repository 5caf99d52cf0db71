/** A pattern of PostgreSQL that finds an address in text and in the text of JSON, in every form in which it may be stored. */
import { domainToASCII, domainToUnicode } from 'node:url';

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');

const inJson = (text: string): string => JSON.stringify(text).slice(1, -1);

/** Letters, digits and dots around it would make it another address: `bob@x.test` in `jimbob@x.test`. */
export function addressPattern(address: string): string {
  const at = address.lastIndexOf('@');
  const [local, domain] = [address.slice(0, at), address.slice(at + 1)];
  const domains = [domain, domainToASCII(domain), domainToUnicode(domain)].filter((one) => one !== '');
  const forms = domains.flatMap((one) =>
    [`${local}@${one}`, `${local.normalize('NFD')}@${one}`].flatMap((text) => [text, inJson(text)]),
  );
  return `(?<![a-z0-9._+-])(?:${[...new Set(forms)].map(escaped).join('|')})(?![a-z0-9-]|\\.[a-z0-9])`;
}
