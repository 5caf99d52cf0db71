/** Decides what is tracked: the option of the message, else the setting of its stream, within the limit of the account. docs/api.md §3. */
import type { Account, Stream } from '../account.ts';
import type { SubmissionOptions } from '../message.ts';
import type { ClickMode } from './click-mode.ts';

/** A decided setting and its reason, one sentence. */
export type Effective<T> = { readonly value: T; readonly reason: string };

const parts: Readonly<Record<ClickMode, readonly ('html' | 'text')[]>> = {
  none: [],
  html: ['html'],
  text: ['text'],
  all: ['html', 'text'],
};

/** The mode that both modes allow. */
export function narrowerClickMode(one: ClickMode, other: ClickMode): ClickMode {
  const both = parts[one].filter((part) => parts[other].includes(part));
  return both.length === 2 ? 'all' : (both[0] ?? 'none');
}

const source = (isOwn: boolean, { name }: Stream): string => (isOwn ? 'The message' : `The stream ${name}`);

/** Whether opens are tracked. */
export function openTracking(
  account: Account,
  stream: Stream,
  { trackOpens }: SubmissionOptions,
): Effective<boolean> {
  const wish = trackOpens ?? stream.trackOpens;
  const who = source(trackOpens !== undefined, stream);
  if (!wish) return { value: false, reason: `${who} switches open tracking off.` };
  if (!account.trackOpens) return { value: false, reason: 'The account does not allow open tracking.' };
  return { value: true, reason: `${who} asks for open tracking.` };
}

/** The bodies whose links are tracked. */
export function clickTracking(
  account: Account,
  stream: Stream,
  { trackClicks }: SubmissionOptions,
): Effective<ClickMode> {
  const wish = trackClicks ?? stream.trackClicks;
  const who = source(trackClicks !== undefined, stream);
  const value = narrowerClickMode(wish, account.trackClicks);
  if (wish === 'none') return { value, reason: `${who} switches click tracking off.` };
  if (value === wish) return { value, reason: `${who} asks for click tracking in ${wish} parts.` };
  return { value, reason: `${who} asks for ${wish}, the account allows ${account.trackClicks}.` };
}
