/** Text of others, word for word: never markup, and no character that hides. */
import { visible } from '../text/visible.ts';
import { CopyButton } from './copy-button.tsx';
import css from './verbatim.module.css';

type VerbatimProps = { readonly text: string; readonly label: string };

/** A block that can be copied, and scrolled by keyboard. */
export const Verbatim = ({ text, label }: VerbatimProps) => (
  <div className={css.frame}>
    {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a block that scrolls must take the focus. WCAG 2.2 §2.1.1 */}
    <section className={css.box} tabIndex={0} aria-label={label}>
      <pre>{visible(text)}</pre>
    </section>
    <CopyButton text={text} label={label} />
  </div>
);

/** A reply inside a sentence. */
export const Quote = ({ text }: { readonly text: string }) => <q className={css.quote}>{visible(text)}</q>;
