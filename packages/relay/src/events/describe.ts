/** Describes events in sentences, for the trace. */
import type { EventType } from './event.ts';

type Detail = Readonly<Record<string, unknown>>;

const said: Readonly<Record<EventType, string>> = {
  queued: 'It was prepared and waits to be sent.',
  deferred: 'It was put off and will be tried again.',
  delivered: 'The receiving server took it.',
  bounced: 'The receiving server refused it for good.',
  failed: 'It was given up without a final answer.',
  unknown: 'It was sent, but no answer came: the receiving server may have it.',
  suppressed: 'The recipient is on the suppression list, so nothing was sent.',
  held: 'It was put aside until it is released.',
  requeued: 'It was queued once more on request.',
  cancelled: 'It was cancelled before it was sent.',
  complained: 'The recipient reported it as spam.',
  opened: 'Its open pixel was loaded.',
  clicked: 'One of its links was followed.',
  unsubscribed: 'The recipient unsubscribed.',
};

const agentWords: Readonly<Record<string, string>> = {
  human: 'by a person',
  proxy: 'by an image proxy on behalf of a person',
  prefetch: 'by a program that loads everything in advance',
  bot: 'by a program, not by a person',
};

const agentKind = ({ agent }: Detail): unknown =>
  typeof agent === 'object' && agent !== null && 'kind' in agent ? agent.kind : agent;

const asSentence = (text: string): string => {
  const capitalised = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(capitalised) ? capitalised : `${capitalised}.`;
};

/** One sentence: the reason of the event, or the general meaning of its type. */
export function describeEvent(type: EventType, detail: Detail = {}): string {
  if (typeof detail.reason === 'string' && detail.reason !== '') return asSentence(detail.reason);
  const words = agentWords[String(agentKind(detail))];
  return words ? `${said[type].slice(0, -1)}, ${words}.` : said[type];
}
