/** The general part of `/openapi.json`. Each route describes itself. */

import type { Dependencies } from './dependencies.ts';
import { finish, transform } from './openapi/document.ts';

const tags = [
  { name: 'Send', description: 'Submitting messages.' },
  { name: 'Messages', description: 'What became of mail, and what can still be done about it.' },
  { name: 'Events', description: 'What happened, in the order in which it happened.' },
  { name: 'Statistics', description: 'What became of mail, counted by time and group.' },
  { name: 'Account', description: 'Settings, streams and the audit log of one account.' },
  { name: 'People', description: 'Users, their login sessions, members of an account and invitations.' },
  { name: 'Credentials', description: 'Who may send for an account, by secret, by network or by address.' },
  { name: 'Domains', description: 'Sender domains and their records in DNS.' },
  { name: 'Suppressions', description: 'Addresses that an account does not write to.' },
  { name: 'Webhooks', description: 'Events of an account, sent to its own servers.' },
  { name: 'Sandbox', description: 'What recipients got while mail stays in the sandbox.' },
  {
    name: 'Resend',
    description: 'The routes of Resend: its clients work with the URL of this installation as base URL.',
  },
  { name: 'Operator', description: "The installation, for an operator's key." },
];

export const description = (dependencies: Pick<Dependencies, 'publicUrl'>) => ({
  openapi: {
    openapi: '3.1.0',
    info: {
      title: 'Waybill',
      version: '1',
      description:
        "Transactional mail that can say what became of it. An operator's key acts inside an account with the header Waybill-Account: acc_…",
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: dependencies.publicUrl }],
    tags,
    security: [{ key: [] }, { session: [] }],
    components: {
      securitySchemes: {
        key: { type: 'http' as const, scheme: 'bearer', bearerFormat: 'wb_live_…' },
        session: {
          type: 'apiKey' as const,
          in: 'cookie',
          name: '__Host-waybill',
          description:
            'Set by POST /v1/session. A change needs the header Origin of this installation. Opens paths below /v1 only.',
        },
      },
    },
  },
  transform,
  transformObject: finish(dependencies.publicUrl),
});
