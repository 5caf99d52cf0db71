import type { ShownAccount } from '../api/shown-account.ts';
import { useChange } from '../api/use-change.ts';
import { useRecord } from '../api/use-records.ts';
import type { OwnAccountView } from '../api/views.ts';
import { leavingText as text } from '../text/leaving.ts';
import { BusyButton } from '../ui/busy-button.tsx';
import { Moment } from '../ui/moment.tsx';
import css from './shell.module.css';

type Undone = { readonly cancelled_deliveries: number };

/** Stays while the account is being deleted. An owner undoes it here. */
export function DeletionBanner({ account }: { readonly account: ShownAccount | undefined }) {
  const isDeleting = account?.status === 'deleting';
  const { data } = useRecord<OwnAccountView>('/v1/account', {}, { enabled: isDeleting });
  const undo = useChange<Undone>({ done: ({ cancelled_deliveries: count }) => text.undone(count) });
  if (!isDeleting || !data?.deletion) return null;
  return (
    <div className={css.acting} role="status">
      <span>
        {text.banner} <Moment at={data.deletion.deletes_at} />. {text.bannerMore}
      </span>
      {account.role === 'owner' && !account.isActing && (
        <BusyButton
          variant="default"
          isBusy={undo.isPending}
          onClick={() => undo.mutate({ path: '/v1/account/deletion', method: 'DELETE' })}
        >
          {text.undo}
        </BusyButton>
      )}
    </div>
  );
}
