/** The HTML of a mail, which is hostile: shown in a frame that may do nothing. */
import { type ComponentProps, type ReactNode, useEffect, useRef, useState } from 'react';
import { uiText } from '../text/ui.ts';
import { Note } from './empty-state.tsx';
import css from './mail-frame.module.css';

/** No script, no form, no navigation, no remote load. The policy of the dashboard holds in the frame as well. */
const framePolicy =
  '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; style-src \'unsafe-inline\'; img-src data:">';

type FrameAt = { readonly url: string; readonly note: string };

/** A frame of another origin matches no `:focus`: the window that loses the focus to it is the only sign. */
function useHasFocus() {
  const frame = useRef<HTMLIFrameElement>(null);
  const [hasFocus, setHasFocus] = useState(false);
  useEffect(() => {
    const see = (): void => setHasFocus(document.activeElement === frame.current);
    const events = ['blur', 'focus'] as const;
    for (const event of events) window.addEventListener(event, see);
    return () => {
      for (const event of events) window.removeEventListener(event, see);
    };
  }, []);
  return { frame, hasFocus };
}

/** The empty `sandbox` gives the frame an opaque origin and no right at all. */
function Frame(content: Pick<ComponentProps<'iframe'>, 'src' | 'srcDoc'>) {
  const { frame, hasFocus } = useHasFocus();
  return (
    <iframe
      ref={frame}
      className={`${css.frame} ${hasFocus ? css.focused : ''}`}
      title={uiText.mailFrame}
      sandbox=""
      referrerPolicy="no-referrer"
      {...content}
    />
  );
}

/** The same from a URL of the API, whose policy allows images: for readers who asked for them. */
export const MailFrameAt = ({ url, note }: FrameAt) => (
  <>
    <Note>{note}</Note>
    <Frame src={url} />
  </>
);

type MailFrameProps = {
  readonly html: string;
  /** What the reader may do about images. */
  readonly children?: ReactNode;
};

export const MailFrame = ({ html, children }: MailFrameProps) => (
  <>
    <Note>
      {uiText.mailNote} {children}
    </Note>
    <Frame srcDoc={`${framePolicy}${html}`} />
  </>
);
