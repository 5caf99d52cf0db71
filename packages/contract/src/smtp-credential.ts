/** SMTP credentials. The secret is generated, and shown only in the answer that creates or rotates it. */
import { z } from 'zod';
import { publicIdOf } from './id.ts';
import { ownLimits, ownLimitsPatch } from './limit.ts';
import { label, oneLine, time } from './text.ts';

const network = oneLine(64).min(1);
const domain = oneLine(255).min(1);
const fingerprint = z
  .string()
  .regex(
    /^[0-9A-Fa-f]{2}(?::?[0-9A-Fa-f]{2}){31}$/,
    'must be a SHA-256 in hexadecimal, with or without colons',
  );

export const smtpCredential = z
  .object({
    id: publicIdOf('cred'),
    name: z.string(),
    username: z.string(),
    stream_id: publicIdOf('str').nullable(),
    cram_md5: z.boolean(),
    sandbox: z.boolean(),
    networks: z.array(z.string()),
    sender_domains: z.array(z.string()),
    certificate_fingerprints: z.array(z.string()),
    limits: ownLimits,
    created_at: time,
    last_used_at: time.nullable(),
    last_used_ip: z.string().nullable(),
  })
  .meta({ id: 'SmtpCredential' });

/** The answer that contains the secret. */
export const smtpCredentialSecret = smtpCredential
  .extend({ secret: z.string().describe('Shown once; rotate it when lost') })
  .meta({ id: 'SmtpCredentialSecret' });

const settings = {
  stream_id: publicIdOf('str').nullable().optional(),
  sandbox: z.boolean().optional(),
  networks: z.array(network).max(50).optional(),
  sender_domains: z.array(domain).max(50).optional(),
  certificate_fingerprints: z
    .array(fingerprint)
    .max(20)
    .optional()
    .describe('SHA-256 of client certificates that log in as this credential by AUTH EXTERNAL, after TLS'),
  limits: ownLimitsPatch.optional(),
};

export const smtpCredentialBody = z.strictObject({
  name: label,
  username: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._@-]{2,63}$/, 'must be 3 to 64 letters, digits, . _ @ -')
    .optional()
    .describe('Made up when it is not given'),
  cram_md5: z.boolean().optional().describe('Keeps the secret recoverable (encrypted), as CRAM-MD5 needs it'),
  ...settings,
});
export const smtpCredentialPatch = z.strictObject({ name: label.optional(), ...settings });
export const rotateBody = z
  .strictObject({
    grace_minutes: z
      .number()
      .int()
      .min(0)
      .max(10_080)
      .optional()
      .describe('How long the old secret stays valid; 1440 when it is not given'),
  })
  .nullish();
