/** What can be done with a message now: only what its deliveries allow is offered. */

import { Button } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useMay } from '../../api/shown-account.ts';
import { useChange } from '../../api/use-change.ts';
import type { MessageView } from '../../api/views.ts';
import { paths } from '../../paths.ts';
import { messageText as text } from '../../text/message.ts';
import { plural } from '../../text/number.ts';
import { BusyButton } from '../../ui/busy-button.tsx';
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
  const [asked, setAsked] = useState<'cancel' | 'resend'>();
  const close = (): void => setAsked(undefined);
  const retry = useChange({ done: text.retryDone });
  const release = useChange({ done: text.releaseDone });
  const path = `/v1/messages/${message.id}`;
  const mayAct = useMay('developer');
  if (!mayAct) return null;
  return (
    <>
      {canRelease(message) && (
        <BusyButton isBusy={release.isPending} onClick={() => release.mutate({ path: `${path}/release` })}>
          {text.release}
        </BusyButton>
      )}
      {canRetry(message) && (
        <BusyButton
          variant="default"
          isBusy={retry.isPending}
          onClick={() => retry.mutate({ path: `${path}/retry` })}
        >
          {text.retry}
        </BusyButton>
      )}
      {canCancel(message) && (
        <Button variant="default" onClick={() => setAsked('cancel')}>
          {text.cancel}
        </Button>
      )}
      {message.state === 'processed' && (
        <Button variant="default" onClick={() => setAsked('resend')}>
          {text.resend}
        </Button>
      )}
      {asked === 'cancel' && <CancelDialog path={path} onClose={close} />}
      {asked === 'resend' && <ResendDialog message={message} onClose={close} />}
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

type Sent = { readonly id: string };

function ResendDialog({ message, onClose }: { readonly message: MessageView; readonly onClose: () => void }) {
  const navigate = useNavigate();
  const resend = useChange<Sent>({ done: text.resendDone, isInPlace: true });
  const show = ({ id }: Sent): void => {
    onClose();
    void navigate({ to: paths.message(id) });
  };
  return (
    <FormDialog
      title={text.resendTitle}
      submit={text.resendSubmit}
      isBusy={resend.isPending}
      error={resend.error}
      onClose={onClose}
      onSubmit={() => resend.mutate({ path: `/v1/messages/${message.id}/resend` }, { onSuccess: show })}
    >
      {text.resendText(plural(message.recipients.length, 'recipient'))}
    </FormDialog>
  );
}
