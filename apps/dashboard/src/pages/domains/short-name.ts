/** The name of a record as DNS providers want it that add the domain themselves: `@` is the domain. `undefined`: it lies elsewhere. */
export function shortNameOf(name: string, domain: string): string | undefined {
  const [full, zone] = [name.replace(/\.$/, '').toLowerCase(), domain.toLowerCase()];
  if (full === zone) return '@';
  return full.endsWith(`.${zone}`) ? full.slice(0, -zone.length - 1) : undefined;
}
