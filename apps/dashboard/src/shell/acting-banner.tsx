import { useSession } from '../api/session.ts';
import { useChange } from '../api/use-change.ts';
import { shellText } from '../text/shell.ts';
import { visible } from '../text/visible.ts';
import { BusyButton } from '../ui/busy-button.tsx';
import { Moment } from '../ui/moment.tsx';
import css from './shell.module.css';

/** Stays while an operator acts inside an account. */
export function ActingBanner() {
  const { acting } = useSession();
  const stop = useChange({ done: shellText.actingStopped });
  if (acting === null) return null;
  return (
    <div className={css.acting} role="status">
      <span>
        {shellText.acting(visible(acting.account_name), visible(acting.reason))} <Moment at={acting.until} />.
      </span>
      <BusyButton
        variant="default"
        isBusy={stop.isPending}
        onClick={() => stop.mutate({ path: '/v1/session/acting', method: 'DELETE' })}
      >
        {shellText.stopActing}
      </BusyButton>
    </div>
  );
}
