import { uiText } from '../text/ui.ts';
import css from './waiting.module.css';

/** In place of a block that is on its way. */
export const Waiting = () => (
  <div className={css.waiting} role="status" aria-label={uiText.loading}>
    <span style={{ width: '40%' }} />
    <span style={{ width: '72%' }} />
    <span style={{ width: '58%' }} />
  </div>
);
