/** The HTML of a mail, which is hostile: shown in a frame that may do nothing. */
import type { ReactNode } from 'react';
import { uiText } from '../text/ui.ts';
import { Note } from './empty-state.tsx';
import css from './mail-frame.module.css';

/** No script, no form, no navigation, no remote load. The policy of the dashboard holds in the frame as well. */
const framePolicy =
  '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; style-src \'unsafe-inline\'; img-src data:">';

type FrameAt = { readonly url: string; readonly note: string };

/** The same from a URL of the API, whose policy allows images: for readers who asked for them. */
export const MailFrameAt = ({ url, note }: FrameAt) => (
  <>
    <Note>{note}</Note>
    <iframe
      className={css.frame}
      title={uiText.mailFrame}
      sandbox=""
      referrerPolicy="no-referrer"
      src={url}
    />
  </>
);

/** The empty `sandbox` gives the frame an opaque origin and no right at all. */
type MailFrameProps = {
  readonly html: string /** What the reader may do about images. */;
  readonly children?: ReactNode;
};

export const MailFrame = ({ html, children }: MailFrameProps) => (
  <>
    <Note>
      {uiText.mailNote} {children}
    </Note>
    <iframe
      className={css.frame}
      title={uiText.mailFrame}
      sandbox=""
      referrerPolicy="no-referrer"
      srcDoc={`${framePolicy}${html}`}
    />
  </>
);
