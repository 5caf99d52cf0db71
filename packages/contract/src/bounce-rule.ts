/** Rules by which replies and reports are classified, for the operator. */
import { categories, parties, ruleOutcomes } from '@waybill/relay/delivery/categories';
import { z } from 'zod';
import { base64 } from './attachment.ts';
import { publicIdOf } from './id.ts';
import { oneLine, time } from './text.ts';

const category = z.enum(categories);
const party = z.enum(parties).describe('Who caused it. Only `recipient` may lead to a suppression');
const outcome = z
  .enum(ruleOutcomes)
  .nullable()
  .describe('What it means in place of the code of the reply; null: the code decides');

export const bounceRule = z
  .object({
    id: publicIdOf('rule').nullable().describe('null: it is built in'),
    kind: z.enum(['own', 'built_in']),
    position: z.number().int().describe('Within its kind, from 1. Own rules are tried first'),
    pattern: z
      .string()
      .describe('Of an own rule: words, * for any text. Of a built-in one: a regular expression'),
    category,
    party,
    outcome,
    note: z.string().describe('Of a built-in rule: the reply that it was written for'),
    created_at: time.nullable(),
  })
  .meta({ id: 'BounceRule' });

const pattern = oneLine(200)
  .min(3)
  .describe(
    'Words of a reply, in any case; * stands for any text. Addresses in a reply are read as @, and its first 2,000 characters count',
  );
const position = z.number().int().min(1).max(1_000).describe('1: tried first');

export const bounceRuleBody = z.strictObject({
  pattern,
  category,
  party,
  outcome: outcome.optional(),
  note: oneLine(500).default(''),
  position: position.optional(),
});

export const bounceRulePatch = z.strictObject({
  pattern: pattern.optional(),
  category: category.optional(),
  party: party.optional(),
  outcome: outcome.optional(),
  note: oneLine(500).optional(),
  position: position.optional(),
});

/** `phase` is checked against the phases of a session by the route. */
export const bounceRuleTest = z.strictObject({
  reply: z.string().min(3).max(10_000).optional().describe('As a server wrote it: 550 5.1.1 No such user'),
  phase: z.enum(['banner', 'ehlo', 'starttls', 'auth', 'mail', 'rcpt', 'data', 'dot']).default('rcpt'),
  report: base64.optional().describe('base64 of a whole message that came to a return path'),
  recipient: oneLine(254).min(3).default('recipient@example.com'),
});

export const bounceRuleTried = z
  .object({
    read_as: z.enum(['reply', 'dsn', 'feedback']),
    outcome: z.enum(['delivered', 'deferred', 'bounced', 'complained', 'noted']),
    category: z.string().nullable(),
    party: z.string().nullable(),
    reason: z.string(),
    suppresses: z.boolean().describe('Whether the recipient would be suppressed'),
    rule: bounceRule
      .nullable()
      .describe('The rule that decides category and party; null: status or code decide'),
  })
  .meta({ id: 'BounceRuleTried' });
