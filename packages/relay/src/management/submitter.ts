import type { SubmissionRights } from '../ports.ts';
import type { Principal } from './principal.ts';

export type Submitter = {
  /** The key by which a message is submitted; `undefined`: a login session. */
  readonly credentialId: string | undefined;
  readonly credential: SubmissionRights;
};

/** As whom the caller submits mail. */
export const submitterOf = (principal: Principal): Submitter => ({
  credentialId: principal.kind === 'user' ? undefined : principal.keyId,
  credential: {
    streamId: undefined,
    sandbox: principal.kind === 'test',
    senderDomains: 'senderDomains' in principal ? principal.senderDomains : [],
  },
});
