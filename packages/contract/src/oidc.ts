/** Login by a provider of OpenID Connect. */
import { z } from 'zod';
import { time } from './text.ts';

const name = z.string().meta({ examples: ['Example SSO'] });

export const loginMethods = z
  .object({
    oidc: z
      .object({ name, url: z.string().meta({ examples: ['https://mail.acme.example/oidc/login'] }) })
      .nullable()
      .describe('The provider that users may log in with; null: none is set'),
  })
  .meta({ id: 'LoginMethods' });

export const oidcLink = z
  .object({ name, linked_at: time.nullable().describe('null: not linked'), last_used_at: time.nullable() })
  .meta({ id: 'OidcLink' });

export const oidcStart = z
  .object({
    url: z
      .string()
      .describe('Open it in this browser; it leads back to the dashboard')
      .meta({ examples: ['https://login.example.com/authorize?client_id=waybill'] }),
  })
  .meta({ id: 'OidcStart' });
