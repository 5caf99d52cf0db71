import { useAccountId } from '../api/account-id.ts';
import { useRecord } from '../api/use-records.ts';
import type { OwnAccountView } from '../api/views.ts';
import { shellText } from '../text/shell.ts';
import css from './shell.module.css';

/** Shown while no mail of the account leaves the installation. */
export function SandboxBadge() {
  const { data } = useRecord<OwnAccountView>('/v1/account', {}, { enabled: useAccountId() !== undefined });
  if (data?.effective_delivery_mode !== 'sandbox') return null;
  return (
    <span className={css.badge} title={shellText.sandboxHint}>
      {shellText.sandbox.toUpperCase()}
    </span>
  );
}
