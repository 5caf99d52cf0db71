import type { PasskeyPlace } from '../api/passkey-place.ts';
import { passkeyText as text } from '../text/passkeys.ts';

/** Why passkeys do not work at this page, and where they do. */
export function PasskeyNotice({ place }: { readonly place: PasskeyPlace }) {
  if (place.works) return null;
  if (place.why === 'browser') return <p>{text.atBrowser}</p>;
  return (
    <p>
      {text.atAddress}{' '}
      {place.elsewhere === undefined ? (
        text.atServer
      ) : (
        <a href={place.elsewhere}>{text.open(place.elsewhere)}</a>
      )}
    </p>
  );
}
