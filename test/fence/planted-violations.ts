/** One or two planted files for each rule of the fence. The test copies the tree, adds all of them, and expects a violation of each rule. */
export type Planted = { readonly rule: string; readonly files: Readonly<Record<string, string>> };

const imports = (name: string, from: string): string =>
  `import { ${name} } from '${from}';\nexport const planted = ${name};\n`;

export const layerViolations: readonly Planted[] = [
  {
    rule: 'no-circular',
    files: {
      'packages/mail/src/planted-a.ts': "import type { B } from './planted-b.ts';\nexport type A = B;\n",
      'packages/mail/src/planted-b.ts': "import type { A } from './planted-a.ts';\nexport type B = A[];\n",
    },
  },
  {
    rule: 'mail-imports-nothing-of-ours',
    files: { 'packages/mail/src/planted-relay.ts': imports('refusals', '@waybill/relay/refusal') },
  },
  {
    rule: 'relay-imports-only-mail',
    files: { 'packages/relay/src/planted-io.ts': imports('loadConfig', '@waybill/io/config/config') },
  },
  {
    rule: 'contract-imports-only-closed-sets',
    files: { 'packages/contract/src/planted-relay.ts': imports('refusals', '@waybill/relay/refusal') },
  },
  {
    rule: 'client-imports-nothing-of-ours',
    files: { 'packages/client/src/planted-relay.ts': imports('refusals', '@waybill/relay/refusal') },
  },
  {
    rule: 'io-imports-only-inner-packages',
    files: {
      'packages/io/src/planted-contract.ts': imports('planted', '@waybill/contract/planted-words'),
      'packages/contract/src/planted-words.ts': 'export const planted = 1;\n',
    },
  },
  {
    rule: 'delivery-imports-only-mail-relay-smtp-client',
    files: { 'packages/delivery/src/planted-io.ts': imports('openResolver', '@waybill/io/dns/resolver') },
  },
  {
    rule: 'smtp-client-imports-only-mail',
    files: {
      'packages/smtp-client/src/planted-contract.ts': imports('planted', '@waybill/contract/planted-phrases'),
      'packages/contract/src/planted-phrases.ts': 'export const planted = 1;\n',
    },
  },
  {
    rule: 'rules-do-no-io',
    files: { 'packages/relay/src/planted-fs.ts': imports('readFile', 'node:fs/promises') },
  },
  {
    rule: 'rules-do-no-io',
    files: { 'packages/mail/src/planted-smtp.ts': imports('SMTPServer', 'smtp-server') },
  },
  {
    rule: 'stages-know-only-the-message',
    files: {
      'packages/relay/src/pipeline/planted-ports.ts':
        "import type { JobProducer } from '../ports.ts';\nexport type Planted = JobProducer;\n",
    },
  },
  {
    rule: 'stages-do-not-know-each-other',
    files: {
      'packages/relay/src/pipeline/planted-stage.ts': imports('planted', './planted-other-stage.ts'),
      'packages/relay/src/pipeline/planted-other-stage.ts': 'export const planted = 1;\n',
    },
  },
  {
    rule: 'apps-do-not-import-apps',
    files: {
      'apps/api/src/planted-app.ts': imports('planted', '../../ingress/src/planted-target.ts'),
      'apps/ingress/src/planted-target.ts': 'export const planted = 1;\n',
    },
  },
  {
    rule: 'dashboard-sees-only-the-contract',
    files: { 'apps/dashboard/src/planted-mail.ts': imports('makePatch', '@waybill/mail/patch') },
  },
  {
    rule: 'dashboard-is-browser-safe',
    files: {
      'apps/dashboard/src/planted-crypto.ts': imports('planted', '@waybill/contract/planted-crypto'),
      'packages/contract/src/planted-crypto.ts':
        "import { createHmac } from 'node:crypto';\nexport const planted = createHmac;\n",
    },
  },
  {
    rule: 'one-home-for-prisma',
    files: { 'apps/api/src/planted-prisma.ts': imports('Prisma', '@prisma/client') },
  },
  {
    rule: 'one-home-for-postgres',
    files: { 'apps/api/src/planted-pg.ts': "import pg from 'pg';\nexport const planted = pg;\n" },
  },
  {
    rule: 'one-home-for-bullmq-and-redis',
    files: { 'apps/worker/src/planted-bullmq.ts': imports('Worker', 'bullmq') },
  },
  {
    rule: 'one-home-for-smtp-server',
    files: { 'apps/api/src/planted-smtp-server.ts': imports('SMTPServer', 'smtp-server') },
  },
  {
    rule: 'one-home-for-rate-limiter-flexible',
    files: { 'apps/api/src/planted-limiter.ts': imports('RateLimiterMemory', 'rate-limiter-flexible') },
  },
  {
    rule: 'one-home-for-lru-cache',
    files: { 'apps/worker/src/planted-cache.ts': imports('LRUCache', 'lru-cache') },
  },
  {
    rule: 'one-home-for-piscina',
    files: { 'apps/sender/src/planted-pool.ts': imports('Piscina', 'piscina') },
  },
  {
    rule: 'one-home-for-fastify',
    files: {
      'apps/worker/src/planted-fastify.ts':
        "import fastify from 'fastify';\nexport const planted = fastify;\n",
    },
  },
  {
    rule: 'one-home-for-nodemailer',
    files: {
      'apps/worker/src/planted-nodemailer.ts':
        "import nodemailer from 'nodemailer';\nexport const planted = nodemailer;\n",
    },
  },
  {
    rule: 'one-home-for-nodemailer',
    files: {
      'apps/api/src/planted-nodemailer.ts':
        "import nodemailer from 'nodemailer';\nexport const planted = nodemailer;\n",
    },
  },
  {
    rule: 'no-dumping-ground',
    files: {
      'packages/mail/src/planted-drawer.ts': imports('planted', './utils.ts'),
      'packages/mail/src/utils.ts': 'export const planted = 1;\n',
    },
  },
  {
    rule: 'no-tests-in-production',
    files: {
      'apps/api/src/planted-test.ts': imports('planted', '../../../test/support/planted.ts'),
      'test/support/planted.ts': 'export const planted = 1;\n',
    },
  },
  {
    rule: 'not-to-unresolvable',
    files: { 'apps/api/src/planted-nowhere.ts': imports('planted', './nowhere.ts') },
  },
  { rule: 'no-orphans', files: { 'packages/mail/src/planted-orphan.ts': 'export const planted = 1;\n' } },
];

export const lintViolations: readonly Planted[] = [
  {
    rule: 'plugin',
    files: { 'packages/mail/src/planted-clock.ts': 'export const planted = () => Date.now();\n' },
  },
  {
    rule: 'plugin',
    files: {
      'packages/relay/src/planted-dice.ts':
        "import { randomUUID } from 'node:crypto';\nexport const planted = () => randomUUID();\n",
    },
  },
  {
    rule: 'lint/style/noRestrictedGlobals',
    files: {
      'packages/relay/src/planted-timer.ts': 'export const planted = () => setTimeout(() => undefined, 1);\n',
    },
  },
  {
    rule: 'lint/style/noProcessEnv',
    files: { 'packages/io/src/planted-env.ts': 'export const planted = process.env.HOME;\n' },
  },
  {
    rule: 'lint/style/noDefaultExport',
    files: { 'packages/mail/src/planted-default.ts': 'export default 1;\n' },
  },
  {
    rule: 'lint/style/noEnum',
    files: { 'packages/mail/src/planted-enum.ts': 'export enum Planted {\n  One = 1,\n}\n' },
  },
  {
    rule: 'lint/style/useFilenamingConvention',
    files: { 'packages/mail/src/plantedName.ts': 'export const planted = 1;\n' },
  },
  {
    rule: 'lint/suspicious/noConsole',
    files: { 'apps/api/src/planted-console.ts': "console.log('planted');\nexport const planted = 1;\n" },
  },
  {
    rule: 'lint/suspicious/noExplicitAny',
    files: { 'packages/mail/src/planted-any.ts': 'export const planted = (value: any) => value;\n' },
  },
  {
    rule: 'lint/performance/noBarrelFile',
    files: { 'packages/mail/src/planted-barrel.ts': "export { makePatch } from './patch.ts';\n" },
  },
  {
    rule: 'lint/complexity/useMaxParams',
    files: {
      'packages/mail/src/planted-parameters.ts':
        'export const planted = (a: number, b: number, c: number, d: number) => a + b + c + d;\n',
    },
  },
  {
    rule: 'lint/complexity/noExcessiveLinesPerFunction',
    files: {
      'packages/mail/src/planted-long.ts': `export function planted(value: number): number {\n  let sum = value;\n${'  sum += 1;\n'.repeat(65)}  return sum;\n}\n`,
    },
  },
];
