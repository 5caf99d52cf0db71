/** A SASL exchange (RFC 4422) in AUTH: 334 and base64. RFC 4954 §4. Decoding is strict; that of smtp-server is not. */
import { decodeBase64, decodeInitialResponse, isCancelled, loginPrompts } from '@waybill/mail/smtp-auth';
import { Refusal } from '@waybill/relay/refusal';

/**
 * Yields challenges and gets responses. Returns when the client has proved its credential, else throws a refusal. A first yield of
 * `undefined` means that the client sends the first response.
 */
export type SaslExchange = AsyncGenerator<Buffer | undefined, void, Buffer>;

const orMalformed = (bytes: Buffer | undefined): Buffer => {
  if (bytes === undefined) throw new Refusal('authentication_malformed');
  return bytes;
};

/** A response line of the client. `*` cancels the exchange. */
function decodeResponse(line: string): Buffer {
  if (isCancelled(line)) throw new Refusal('authentication_cancelled');
  return orMalformed(decodeBase64(line));
}

export type AuthCommand = { readonly mechanism: string; readonly initial: string | undefined };

/** `AUTH mechanism [initial-response]`. RFC 4422 §3.1: a mechanism's name has 1 to 20 of these characters. */
export function parseAuthCommand(line: string): AuthCommand {
  const [, mechanism, initial] = /^AUTH ([A-Za-z0-9_-]{1,20})(?: ([^ ]+))? *$/i.exec(line) ?? [];
  if (mechanism === undefined)
    throw new Refusal('parameter_malformed', { detail: 'AUTH mechanism [initial-response]' });
  return { mechanism: mechanism.toUpperCase(), initial };
}

const challengeText = (challenge: Buffer | undefined): string => challenge?.toString('base64') ?? '';

export type Answer = { readonly challenge: string } | 'authenticated';

const answerOf = (step: IteratorResult<Buffer | undefined, void>): Answer =>
  step.done === true ? 'authenticated' : { challenge: challengeText(step.value) };

/** Begins the exchange. Only a mechanism in which the client sends first takes an initial response. */
export async function beginExchange(exchange: SaslExchange, initial: string | undefined): Promise<Answer> {
  const first = await exchange.next();
  if (initial === undefined || first.done === true) return answerOf(first);
  if (first.value !== undefined && !isPrompt(first.value)) {
    throw new Refusal('parameter_malformed', { detail: 'This mechanism takes no initial response' });
  }
  return answerOf(await exchange.next(orMalformed(decodeInitialResponse(initial))));
}

export async function continueExchange(exchange: SaslExchange, line: string): Promise<Answer> {
  return answerOf(await exchange.next(decodeResponse(line)));
}

/** The first challenge of LOGIN is only a prompt. Many clients do not wait for it. */
const isPrompt = (challenge: Buffer): boolean => challenge.equals(Buffer.from(loginPrompts.username));
