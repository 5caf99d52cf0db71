/** A smarthost URL holds a password. It is shown masked, and a client may send the masked form back unchanged. */
import { faultAt } from './request-fault.ts';

const MASK = '***';

export function maskedUrl(url: string): string {
  if (!URL.canParse(url)) return `${url.split('://')[0]}://${MASK}`;
  const parsed = new URL(url);
  if (parsed.password !== '') parsed.password = MASK;
  return parsed.href;
}

const holdsMask = (url: string): boolean => URL.canParse(url) && new URL(url).password === MASK;

/** The value to store: `undefined` leaves the stored one, `null` clears it. */
export function smarthostToStore(
  given: string | null | undefined,
  current: string | undefined,
): string | null | undefined {
  if (typeof given !== 'string') return given;
  if (current !== undefined && given === maskedUrl(current)) return undefined;
  if (!URL.canParse(given))
    throw faultAt('/smarthost_url', 'is not a URL like smtp://user:password@host:587');
  if (holdsMask(given))
    throw faultAt(
      '/smarthost_url',
      `holds ${MASK} instead of the password: give the password, or leave the field out`,
    );
  return given;
}
