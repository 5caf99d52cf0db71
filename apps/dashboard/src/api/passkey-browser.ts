/** Asks the browser for a passkey: the options and the answer travel as the JSON of WebAuthn §5.1.8 and §5.5. */
import { passkeyText } from '../text/passkeys.ts';
import { type PasskeyPlace, passkeyPlace } from './passkey-place.ts';
import { ProblemError } from './problem-error.ts';

export type PasskeyOptions = { readonly options: Readonly<Record<string, unknown>> };
type Answer = Readonly<Record<string, unknown>>;

const hasPasskeys = (): boolean =>
  typeof PublicKeyCredential !== 'undefined' && 'parseCreationOptionsFromJSON' in PublicKeyCredential;

export const placeOfPasskeys = (): PasskeyPlace => passkeyPlace(window.location, hasPasskeys());

const refused = (): ProblemError =>
  new ProblemError({
    type: 'about:blank',
    title: passkeyText.refused,
    status: 0,
    code: 'passkey_refused',
    fix: passkeyText.refusedFix,
    request_id: '',
  });

async function answerOf(asked: Promise<Credential | null>): Promise<Answer> {
  const credential = await asked.catch(() => null);
  if (!(credential instanceof PublicKeyCredential)) throw refused();
  return { ...credential.toJSON() };
}

export const makePasskey = ({ options }: PasskeyOptions): Promise<Answer> =>
  answerOf(
    navigator.credentials.create({
      publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options as never),
    }),
  );

export const askPasskey = ({ options }: PasskeyOptions): Promise<Answer> =>
  answerOf(
    navigator.credentials.get({
      publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options as never),
    }),
  );
