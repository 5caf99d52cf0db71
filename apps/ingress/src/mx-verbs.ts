/** Port 25 serves known clients as a relay and is the MX of the return paths. The recipient decides between the two. */
import { isNullPath, parsePath } from '@waybill/mail/address';
import { Refusal } from '@waybill/relay/refusal';
import type { OpenVerbs, Parameters, Verbs } from './smtp/verbs.ts';

export type MxDependencies = {
  readonly relay: OpenVerbs;
  readonly returnPath: OpenVerbs;
  /** Domain of the installation's return paths. */
  readonly returnPathDomain: string;
};

type Transaction = {
  /** Which of the two got the recipients so far; `undefined` before the first. */
  owner: Verbs | undefined;
  /** The relay's refusal of MAIL FROM, if it refused. */
  readonly relayNo: Refusal | undefined;
};

type Recipient = { readonly path: string; readonly parameters: Parameters };

const isUnknown = (error: unknown): boolean => error instanceof Refusal && error.code === 'recipient_unknown';

/** RFC 5321 §4.5.3.1.10: the client sends the other recipients in another transaction. */
const otherTransaction = (): Refusal =>
  new Refusal('too_many_recipients', {
    detail: 'a return path and other recipients need one transaction each',
  });

type Both = { readonly relay: Verbs; readonly returnPath: Verbs; readonly returnPathDomain: string };

async function ownerOf({ relay, returnPath, returnPathDomain }: Both, to: Recipient): Promise<Verbs> {
  try {
    await returnPath.rcptTo(to.path, to.parameters);
    return returnPath;
  } catch (error) {
    if (!isUnknown(error) || parsePath(to.path)?.domain === returnPathDomain) throw error;
    return relay;
  }
}

async function addRecipient(both: Both, transaction: Transaction, to: Recipient): Promise<void> {
  const { relay } = both;
  const owner = await ownerOf(both, to);
  if (owner === relay && transaction.relayNo !== undefined) throw transaction.relayNo;
  if (transaction.owner !== undefined && transaction.owner !== owner) throw otherTransaction();
  if (owner === relay) await relay.rcptTo(to.path, to.parameters);
  transaction.owner = owner;
}

/**
 * The verbs of a listener that is both. A bounce has the null sender and may come from a host that is also a client. So a refusal of the
 * relay at MAIL FROM is delayed until RCPT TO, and holds only for a recipient that is no return path.
 */
export const mxVerbs =
  ({ relay: openRelay, returnPath: openReturnPath, returnPathDomain }: MxDependencies): OpenVerbs =>
  (client) => {
    const relay = openRelay(client);
    const returnPath = openReturnPath(client);
    let transaction: Transaction | undefined;

    const each = (run: (verbs: Verbs) => void): void => {
      transaction = undefined;
      run(relay);
      run(returnPath);
    };

    return {
      mechanisms: () => relay.mechanisms(),
      startAuth: (mechanism) => relay.startAuth(mechanism),
      async mailFrom(path, parameters) {
        if (transaction !== undefined) throw new Refusal('bad_sequence');
        await returnPath.mailFrom(path, parameters);
        const relayNo = await relay.mailFrom(path, parameters).then(
          () => undefined,
          (error: unknown) => {
            if (error instanceof Refusal && isNullPath(path)) return error;
            returnPath.reset();
            throw error;
          },
        );
        transaction = { owner: undefined, relayNo };
      },
      async rcptTo(path, parameters) {
        if (transaction === undefined) throw new Refusal('bad_sequence', { detail: 'MAIL FROM comes first' });
        await addRecipient({ relay, returnPath, returnPathDomain }, transaction, { path, parameters });
      },
      hasRecipient: () => transaction?.owner?.hasRecipient() ?? false,
      beginData: async () => transaction?.owner?.beginData(),
      isOver: () => relay.isOver(),
      maxMessageBytes: () => (transaction?.owner ?? relay).maxMessageBytes(),
      bareLineEndings: () => (transaction?.owner ?? relay).bareLineEndings(),
      message(message) {
        if (transaction?.owner === undefined) throw new Refusal('bad_sequence');
        return transaction.owner.message(message);
      },
      reset: () => each((verbs) => verbs.reset()),
      forget: () => each((verbs) => verbs.forget()),
      isAuthenticated: () => relay.isAuthenticated(),
      isKnownClient: () => relay.isKnownClient(),
      close: () => each((verbs) => verbs.close()),
    };
  };
