import { idParams } from '@waybill/contract/id';
import { listOf, listQuery } from '@waybill/contract/list';
import { revokeQuery } from '@waybill/contract/revocation';
import {
  rotateBody,
  type SmtpCredentialView,
  smtpCredential,
  smtpCredentialBody,
  smtpCredentialPatch,
  smtpCredentialSecret,
} from '@waybill/contract/smtp-credential';
import { makeSmtpSecret } from '@waybill/io/secrets/generated-secret';
import { parseDomain } from '@waybill/mail/address';
import { encodeBase32 } from '@waybill/mail/base32';
import { given } from '@waybill/relay/given';
import { publicId } from '@waybill/relay/id';
import { newId } from '@waybill/relay/management/audit';
import { found, requireDone } from '@waybill/relay/management/found';
import { readNetwork } from '@waybill/relay/management/network-rules';
import { isoOrNull, orNull } from '@waybill/relay/management/or-null';
import type { SmtpCredentialRecord } from '@waybill/relay/management/records';
import { faultAt } from '@waybill/relay/management/request-fault';
import { Refusal } from '@waybill/relay/refusal';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { answers } from '../answers.ts';
import { noteChange } from '../audit-change.ts';
import type { App, Dependencies } from '../dependencies.ts';
import { innerId, innerIdOrNone } from '../inner-id.ts';
import { accountOf, principalOf } from '../request.ts';

const LIST = 'smtp-credentials';
const tags = ['Credentials'];
const minute = 60_000;
const graceMinutes = 1_440;

type Patch = z.output<typeof smtpCredentialPatch>;

const view = (row: SmtpCredentialRecord): SmtpCredentialView => ({
  id: publicId('cred', row.id),
  name: row.name,
  username: row.username,
  stream_id: row.streamId === undefined ? null : publicId('str', row.streamId),
  cram_md5: row.cramMd5,
  sandbox: row.sandbox,
  networks: [...row.networks],
  sender_domains: [...row.senderDomains],
  certificate_fingerprints: [...row.certificateFingerprints],
  created_at: row.createdAt.toISOString(),
  last_used_at: isoOrNull(row.lastUsedAt),
  last_used_ip: orNull(row.lastUsedIp),
});

/** For the audit log: that there is a new secret, and when the old one expires. Never the secret itself. */
const secretView = (row: SmtpCredentialRecord) => ({
  secret: '[secret]',
  previous_secret_expires_at: isoOrNull(row.previousExpiresAt),
});

const readDomain = (text: string, index: number): string => {
  const domain = parseDomain(text);
  if (domain === undefined) throw faultAt(`/sender_domains/${index}`, 'is not a domain name');
  return domain;
};

/** Each once, in the normal form by which it is found. */
const fingerprintsOf = (texts: readonly string[]): readonly string[] => [
  ...new Set(texts.map((text) => text.replaceAll(':', '').toLowerCase())),
];

async function requireStream(
  streamId: string | undefined,
  accountId: string,
  dependencies: Dependencies,
): Promise<void> {
  if (streamId === undefined) return;
  const streams = await dependencies.stores.streams.list(accountId);
  if (!streams.some(({ id }) => id === streamId)) throw faultAt('/stream_id', 'is no stream of this account');
}

/** A credential made with a test key sends to the sandbox only. */
function requireOwnKind(request: FastifyRequest, sandbox: boolean | undefined): void {
  if (principalOf(request).kind === 'test' && sandbox !== true)
    throw new Refusal('forbidden', { detail: 'a test key makes sandbox credentials only' });
}

async function settingsOf(request: FastifyRequest, body: Patch, dependencies: Dependencies) {
  const streamId = innerIdOrNone('str', body.stream_id);
  await requireStream(streamId, accountOf(request), dependencies);
  const settings = given({
    name: body.name,
    sandbox: body.sandbox,
    networks: body.networks?.map((text, index) => readNetwork(`/networks/${index}`, text)),
    senderDomains: body.sender_domains?.map(readDomain),
    certificateFingerprints: body.certificate_fingerprints && fingerprintsOf(body.certificate_fingerprints),
  });
  // Present and `undefined`: cleared. Absent: unchanged.
  return body.stream_id === undefined ? settings : { ...settings, streamId };
}

/** User names are generated and reveal nothing about their account. */
const madeUsername = (dependencies: Dependencies): string => `wb-${encodeBase32(dependencies.random(10))}`;

export function smtpCredentialRoutes(app: App, dependencies: Dependencies): void {
  const { smtpCredentials } = dependencies.stores;
  app.get(
    '/v1/smtp-credentials',
    {
      schema: {
        operationId: 'listSmtpCredentials',
        summary: 'SMTP credentials, without their secrets',
        description: 'Revoked credentials are not shown.',
        tags,
        querystring: listQuery,
        response: answers({ 200: listOf(smtpCredential) }),
      },
    },
    async (request) => {
      const { limit, after } = request.query;
      const page = { limit: limit + 1, ...given({ after: dependencies.cursors.read(LIST, after) }) };
      const rows = await smtpCredentials.list(accountOf(request), page);
      return dependencies.cursors.page(LIST, rows, { limit, view });
    },
  );
  app.post(
    '/v1/smtp-credentials',
    {
      schema: {
        operationId: 'createSmtpCredential',
        summary: 'Make an SMTP credential; its secret is shown once',
        description: 'The secret is generated and shown in this answer only.',
        tags,
        body: smtpCredentialBody,
        response: answers({ 201: smtpCredentialSecret }),
      },
      config: {
        audit: 'smtp_credential.created',
        idempotent: true,
        refusals: ['conflict'],
      },
    },
    async (request, reply) => {
      const { body } = request;
      requireOwnKind(request, body.sandbox);
      const { text: secret } = makeSmtpSecret();
      const row = await smtpCredentials.create(accountOf(request), {
        ...(await settingsOf(request, body, dependencies)),
        id: newId(dependencies),
        name: body.name,
        username: body.username ?? madeUsername(dependencies),
        secret,
        cramMd5: body.cram_md5 ?? false,
        createdAt: dependencies.now(),
      });
      request.auditTarget = publicId('cred', row.id);
      noteChange(request, { after: view(row) });
      return reply.code(201).send({ ...view(row), secret });
    },
  );
  oneRoutes(app, dependencies);
  changeRoutes(app, dependencies);
}

const params = idParams('cred');

function oneRoutes(app: App, dependencies: Dependencies): void {
  const { smtpCredentials } = dependencies.stores;
  app.get(
    '/v1/smtp-credentials/:id',
    {
      schema: {
        operationId: 'getSmtpCredential',
        summary: 'One SMTP credential',
        description: 'Shows its settings and when it was last used, never its secret.',
        tags,
        params,
        response: answers({ 200: smtpCredential }),
      },
    },
    async (request) =>
      view(found(await smtpCredentials.one(accountOf(request), innerId('cred', request.params.id)))),
  );
  app.delete(
    '/v1/smtp-credentials/:id',
    {
      schema: {
        operationId: 'revokeSmtpCredential',
        summary: 'Revoke an SMTP credential',
        description:
          'It logs in no more, open sessions lose their rights at the next command, and mail that waits is held unless pending=send.',
        tags,
        params,
        querystring: revokeQuery,
        response: answers({ 204: z.null() }),
      },
      config: { audit: 'smtp_credential.revoked' },
    },
    async (request, reply) => {
      const id = innerId('cred', request.params.id);
      noteChange(request, { before: view(found(await smtpCredentials.one(accountOf(request), id))) });
      requireDone(
        await smtpCredentials.revoke(accountOf(request), id, { at: dependencies.now(), ...request.query }),
      );
      return reply.code(204).send(null);
    },
  );
}

function changeRoutes(app: App, dependencies: Dependencies): void {
  const { smtpCredentials } = dependencies.stores;
  app.patch(
    '/v1/smtp-credentials/:id',
    {
      schema: {
        operationId: 'updateSmtpCredential',
        summary: 'Change an SMTP credential',
        description: 'Fields that are not given stay as they are; null clears the stream.',
        tags,
        params,
        body: smtpCredentialPatch,
        response: answers({ 200: smtpCredential }),
      },
      config: { audit: 'smtp_credential.changed', refusals: ['conflict'] },
    },
    async (request) => {
      if (request.body.sandbox === false) requireOwnKind(request, false);
      const change = await settingsOf(request, request.body, dependencies);
      const id = innerId('cred', request.params.id);
      const before = view(found(await smtpCredentials.one(accountOf(request), id)));
      const after = view(found(await smtpCredentials.change(accountOf(request), id, change)));
      noteChange(request, { before, after });
      return after;
    },
  );
  app.post(
    '/v1/smtp-credentials/:id/rotate',
    {
      schema: {
        operationId: 'rotateSmtpCredential',
        summary: 'A new secret; the old one stays valid for the grace period',
        description: 'The new secret is shown in this answer only. Mail that waits goes on.',
        tags,
        params,
        body: rotateBody,
        response: answers({ 200: smtpCredentialSecret }),
      },
      config: { audit: 'smtp_credential.rotated', idempotent: true },
    },
    async (request) => {
      const grace = (request.body?.grace_minutes ?? graceMinutes) * minute;
      const { text: secret } = makeSmtpSecret();
      const graceUntil = new Date(dependencies.now().getTime() + grace);
      const id = innerId('cred', request.params.id);
      const before = found(await smtpCredentials.one(accountOf(request), id));
      const row = found(await smtpCredentials.rotate(accountOf(request), id, { secret, graceUntil }));
      noteChange(request, { before: secretView(before), after: secretView(row), masked: ['secret'] });
      return { ...view(row), secret };
    },
  );
}
