import { idParams } from '@waybill/contract/id';
import { listQuery } from '@waybill/contract/list';
import { revokeQuery } from '@waybill/contract/revocation';
import {
  rotateBody,
  smtpCredential,
  smtpCredentialBody,
  smtpCredentialPatch,
  smtpCredentialSecret,
} from '@waybill/contract/smtp-credential';
import { given } from '@waybill/relay/given';
import { found } from '@waybill/relay/management/found';
import { readNetwork } from '@waybill/relay/management/network-rules';
import {
  changeCredential,
  createCredential,
  credentialView,
  revokeCredential,
  rotateCredential,
} from '@waybill/relay/management/smtp-credentials';
import type { z } from 'zod';
import type { App, Dependencies } from '../dependencies.ts';
import { innerId, innerIdOrNone } from '../inner-id.ts';
import { listRoute } from '../list-route.ts';
import { readDomain } from '../read-domain.ts';
import { accountOf, callerOf } from '../request.ts';
import { route } from '../route.ts';

const tags = ['Credentials'];
const params = idParams('cred');
const minute = 60_000;
const graceMinutes = 1_440;

/** Each once, in the normal form by which it is found. */
const fingerprintsOf = (texts: readonly string[]): readonly string[] => [
  ...new Set(texts.map((text) => text.replaceAll(':', '').toLowerCase())),
];

function settingsOf(body: z.output<typeof smtpCredentialPatch>) {
  const settings = given({
    name: body.name,
    sandbox: body.sandbox,
    networks: body.networks?.map((text, index) => readNetwork(`/networks/${index}`, text)),
    senderDomains: body.sender_domains?.map(readDomain),
    certificateFingerprints: body.certificate_fingerprints && fingerprintsOf(body.certificate_fingerprints),
    limits: body.limits,
  });
  // Present and `undefined`: cleared. Absent: unchanged.
  const streamId = innerIdOrNone('str', body.stream_id);
  return body.stream_id === undefined ? settings : { ...settings, streamId };
}

export function smtpCredentialRoutes(app: App, dependencies: Dependencies): void {
  const { smtpCredentials } = dependencies.stores;
  listRoute(app, dependencies, {
    url: '/v1/smtp-credentials',
    operationId: 'listSmtpCredentials',
    summary: 'SMTP credentials, without their secrets',
    description: 'Revoked credentials are not shown.',
    tags,
    cursor: 'smtp-credentials',
    query: listQuery,
    item: smtpCredential,
    rows: (page, request) => smtpCredentials.list(accountOf(request), page),
    view: credentialView,
  });
  route(app, {
    method: 'POST',
    url: '/v1/smtp-credentials',
    operationId: 'createSmtpCredential',
    summary: 'Make an SMTP credential; its secret is shown once',
    description:
      'The secret is generated and shown in this answer only. A key needs messages:send as well, and gives the credential at most its own rights; a key that expires or has sending limits makes none.',
    tags,
    body: smtpCredentialBody,
    answer: smtpCredentialSecret,
    statuses: [201],
    idempotent: true,
    refusals: ['conflict'],
    run: async (request) => {
      const { name, username, cram_md5: cramMd5 = false, ...settings } = request.body;
      const asked = { name, username, cramMd5, settings: settingsOf(settings) };
      const { row, secret } = await createCredential(asked, callerOf(request), dependencies);
      return { ...credentialView(row), secret };
    },
  });
  oneRoutes(app, dependencies);
  changeRoutes(app, dependencies);
}

function oneRoutes(app: App, dependencies: Dependencies): void {
  const { smtpCredentials } = dependencies.stores;
  route(app, {
    method: 'GET',
    url: '/v1/smtp-credentials/:id',
    operationId: 'getSmtpCredential',
    summary: 'One SMTP credential',
    description: 'Shows its settings and when it was last used, never its secret.',
    tags,
    params,
    answer: smtpCredential,
    run: async (request) =>
      credentialView(
        found(await smtpCredentials.one(accountOf(request), innerId('cred', request.params.id))),
      ),
  });
  route(app, {
    method: 'DELETE',
    url: '/v1/smtp-credentials/:id',
    operationId: 'revokeSmtpCredential',
    summary: 'Revoke an SMTP credential',
    description:
      'It logs in no more, open sessions lose their rights at the next command, and mail that waits is held unless pending=send.',
    tags,
    params,
    query: revokeQuery,
    run: (request) => {
      const asked = { id: innerId('cred', request.params.id), ...request.query };
      return revokeCredential(asked, callerOf(request), dependencies);
    },
  });
}

function changeRoutes(app: App, dependencies: Dependencies): void {
  route(app, {
    method: 'PATCH',
    url: '/v1/smtp-credentials/:id',
    operationId: 'updateSmtpCredential',
    summary: 'Change an SMTP credential',
    description:
      'Fields that are not given stay as they are; null clears the stream. A key widens no credential beyond its own rights, nor adds a certificate to one that can do more.',
    tags,
    params,
    body: smtpCredentialPatch,
    answer: smtpCredential,
    refusals: ['conflict'],
    run: async (request) => {
      const change = { id: innerId('cred', request.params.id), settings: settingsOf(request.body) };
      return credentialView(await changeCredential(change, callerOf(request), dependencies));
    },
  });
  route(app, {
    method: 'POST',
    url: '/v1/smtp-credentials/:id/rotate',
    operationId: 'rotateSmtpCredential',
    summary: 'A new secret; the old one stays valid for the grace period',
    description:
      'The new secret is shown in this answer only. Mail that waits goes on. A key rotates only what can do no more than it can.',
    tags,
    params,
    body: rotateBody,
    answer: smtpCredentialSecret,
    idempotent: true,
    run: async (request) => {
      const graceMs = (request.body?.grace_minutes ?? graceMinutes) * minute;
      const asked = { id: innerId('cred', request.params.id), graceMs };
      const { row, secret } = await rotateCredential(asked, callerOf(request), dependencies);
      return { ...credentialView(row), secret };
    },
  });
}
