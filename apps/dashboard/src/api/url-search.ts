/** The search part of a URL as flat texts. Filters, time zone and account live there. */
export type UrlSearch = Readonly<Record<string, string | undefined>>;

export const parseUrlSearch = (text: string): Record<string, string> =>
  Object.fromEntries(new URLSearchParams(text));

export function formatUrlSearch(search: Readonly<Record<string, unknown>>): string {
  const given = Object.entries(search).filter(([, value]) => value !== undefined && value !== '');
  const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return text === '' ? '' : `?${text}`;
}
