/** Passkeys. What a browser asks for and answers is WebAuthn's own JSON. */
import { z } from 'zod';
import { publicIdOf } from './id.ts';
import { label, time } from './text.ts';

export const passkey = z
  .object({
    id: publicIdOf('psk'),
    name: z.string(),
    created_at: time,
    last_used_at: time.nullable(),
  })
  .meta({ id: 'Passkey' });

const webauthn = z.record(z.string(), z.unknown());

export const passkeyOptions = z
  .object({
    options: webauthn
      .describe('For navigator.credentials: PublicKeyCredentialCreationOptionsJSON or …RequestOptionsJSON')
      .meta({ examples: [{ challenge: 'bm90IHJhbmRvbQ', rpId: 'mail.acme.example' }] }),
  })
  .meta({ id: 'PasskeyOptions' });

const answer = z
  .looseObject({
    id: z
      .string()
      .min(1)
      .max(2_000)
      .regex(/^[\w-]+$/, 'must be base64url'),
    response: webauthn,
  })
  .describe('The JSON of the credential, as the browser answers it')
  .meta({ examples: [{ id: 'Y3JlZGVudGlhbA', rawId: 'Y3JlZGVudGlhbA', type: 'public-key', response: {} }] });

export const passkeyBody = z.strictObject({ name: label, credential: answer });
export const passkeyLoginBody = z.strictObject({ credential: answer });
