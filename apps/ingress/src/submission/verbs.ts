import type { Role } from '../role.ts';
import type { OpenVerbs } from '../smtp/verbs.ts';
import { offeredMechanisms, startAuth } from './auth.ts';
import { acceptMessage } from './data.ts';
import { logOut } from './login.ts';
import { mailFrom } from './mail-from.ts';
import { rcptTo } from './rcpt-to.ts';
import { requireRights } from './rights.ts';
import { isKnown, networksOf, type Session, type SubmissionDependencies } from './session.ts';

/** The verbs of a submission or relay listener, one file each, over one session. */
export const submissionVerbs =
  (role: Role, dependencies: SubmissionDependencies): OpenVerbs =>
  (client) => {
    const session: Session = {
      role,
      client,
      dependencies,
      login: undefined,
      hasLostRights: false,
      failures: 0,
      networks: undefined,
      transaction: undefined,
      isClosed: false,
    };
    return {
      mechanisms: () => offeredMechanisms(session),
      startAuth: (mechanism) => startAuth(session, mechanism),
      mailFrom: (path, parameters) => mailFrom(session, path, parameters),
      rcptTo: (path, parameters) => rcptTo(session, path, parameters),
      hasRecipient: () => (session.transaction?.rcptTo.length ?? 0) > 0,
      beginData: () => requireRights(session),
      isOver: () => session.hasLostRights,
      maxMessageBytes: () => session.transaction?.maxMessageBytes ?? dependencies.maxMessageBytes,
      // On a shared network only From names the account, which is read after the message. So nothing is repaired.
      bareLineEndings: () => session.transaction?.account?.bareLineEndings ?? 'refuse',
      message: (message) => acceptMessage(session, message),
      reset() {
        session.transaction = undefined;
      },
      forget() {
        logOut(session);
        session.transaction = undefined;
      },
      isAuthenticated: () => isKnown(session),
      async isKnownClient() {
        await networksOf(session);
        return isKnown(session);
      },
      close() {
        session.isClosed = true;
        logOut(session);
      },
    };
  };
