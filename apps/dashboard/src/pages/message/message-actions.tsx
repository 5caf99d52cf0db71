/** What can be done with a message now: only what its deliveries allow is offered. */

import { Button } from '@mantine/core';
import { useState } from 'react';
import { useMay } from '../../api/shown-account.ts';
import { useChange } from '../../api/use-change.ts';
import type { MessageView } from '../../api/views.ts';
import { messageText as text } from '../../text/message.ts';
import { FormDialog } from '../../ui/dialog.tsx';

type Status = MessageView['deliveries'][number]['status'];

const some = ({ deliveries }: MessageView, among: readonly Status[]): boolean =>
  deliveries.some(({ status }) => among.includes(status));

const canCancel = (message: MessageView): boolean =>
  some(message, ['scheduled', 'queued', 'deferred', 'held']) ||
  message.status === 'scheduled' ||
  message.state === 'accepted';
const canRetry = (message: MessageView): boolean => some(message, ['deferred', 'failed', 'unknown']);
const canRelease = (message: MessageView): boolean => message.state === 'held' || some(message, ['held']);

export function MessageActions({ message }: { readonly message: MessageView }) {
  const [isCancelling, setCancelling] = useState(false);
  const retry = useChange({ done: text.retryDone });
  const release = useChange({ done: text.releaseDone });
  const path = `/v1/messages/${message.id}`;
  const mayAct = useMay('developer');
  if (!mayAct) return null;
  return (
    <>
      {canRelease(message) && (
        <Button loading={release.isPending} onClick={() => release.mutate({ path: `${path}/release` })}>
          {text.release}
        </Button>
      )}
      {canRetry(message) && (
        <Button
          variant="default"
          loading={retry.isPending}
          onClick={() => retry.mutate({ path: `${path}/retry` })}
        >
          {text.retry}
        </Button>
      )}
      {canCancel(message) && (
        <Button variant="default" onClick={() => setCancelling(true)}>
          {text.cancel}
        </Button>
      )}
      {isCancelling && <CancelDialog path={path} onClose={() => setCancelling(false)} />}
    </>
  );
}

function CancelDialog({ path, onClose }: { readonly path: string; readonly onClose: () => void }) {
  const cancel = useChange({ done: text.cancelDone, isInPlace: true });
  return (
    <FormDialog
      title={text.cancelTitle}
      submit={text.cancelSubmit}
      isDangerous
      isBusy={cancel.isPending}
      error={cancel.error}
      onClose={onClose}
      onSubmit={() => cancel.mutate({ path: `${path}/cancel` }, { onSuccess: onClose })}
    >
      {text.cancelText}
    </FormDialog>
  );
}
