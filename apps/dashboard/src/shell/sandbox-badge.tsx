import { useAccountId } from '../api/account-id.ts';
import { useRecord } from '../api/use-records.ts';
import type { AccountView } from '../api/views.ts';
import { shellText } from '../text/shell.ts';
import css from './shell.module.css';

/** Shown while no mail of the account leaves the installation. */
export function SandboxBadge() {
  const { data } = useRecord<AccountView>('/v1/account', {}, { enabled: useAccountId() !== undefined });
  if (data?.delivery_mode !== 'sandbox') return null;
  return (
    <span className={css.badge} title={shellText.sandboxHint}>
      {shellText.sandbox.toUpperCase()}
    </span>
  );
}
