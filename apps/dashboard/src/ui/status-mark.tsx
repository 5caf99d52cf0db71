/** A status as a word with a shape of its own; the colour only repeats it. WCAG 2.2 §1.4.1. */
import { Icon, type IconName } from './icon.tsx';
import css from './status-mark.module.css';

export type Tone = 'good' | 'busy' | 'bad' | 'calm';
export type Look = { readonly tone: Tone; readonly icon: IconName };

export const StatusMark = ({ tone, icon, text }: Look & { readonly text: string }) => (
  <span className={`${css.mark} ${css[tone]}`}>
    <Icon name={icon} size={13} />
    {text}
  </span>
);
