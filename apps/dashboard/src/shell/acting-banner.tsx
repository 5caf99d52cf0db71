import { Button } from '@mantine/core';
import { useSession } from '../api/session.ts';
import { useChange } from '../api/use-change.ts';
import { shellText } from '../text/shell.ts';
import { visible } from '../text/visible.ts';
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
        {shellText.acting(acting.account_id)} “{visible(acting.reason)}” {shellText.actingUntil}{' '}
        <Moment at={acting.until} />.
      </span>
      <Button
        variant="default"
        loading={stop.isPending}
        onClick={() => stop.mutate({ path: '/v1/session/acting', method: 'DELETE' })}
      >
        {shellText.stopActing}
      </Button>
    </div>
  );
}
