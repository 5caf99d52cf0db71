/** The HTML of a mail, which is hostile: shown in a frame that may do nothing. */
import { uiText } from '../text/ui.ts';
import { Note } from './empty-state.tsx';
import css from './mail-frame.module.css';

/** No script, no form, no navigation, no remote load. The policy of the dashboard holds in the frame as well. */
const framePolicy =
  '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; style-src \'unsafe-inline\'; img-src data:">';

/** The empty `sandbox` gives the frame an opaque origin and no right at all. */
export const MailFrame = ({ html }: { readonly html: string }) => (
  <>
    <Note>{uiText.mailNote}</Note>
    <iframe
      className={css.frame}
      title={uiText.mailFrame}
      sandbox=""
      referrerPolicy="no-referrer"
      srcDoc={`${framePolicy}${html}`}
    />
  </>
);
