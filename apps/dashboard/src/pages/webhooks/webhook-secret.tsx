import type { WebhookSecretView } from '../../api/views.ts';
import { webhooksText as text } from '../../text/webhooks.ts';
import { SecretDialog } from '../../ui/secret-dialog.tsx';

type SecretProps = { readonly made: WebhookSecretView; readonly onClose: () => void };

export const WebhookSecret = ({ made, onClose }: SecretProps) => (
  <SecretDialog
    title={text.onceTitle}
    lead={text.onceText}
    secrets={[[text.secret, made.secret]]}
    done={text.copied}
    onClose={onClose}
  />
);
