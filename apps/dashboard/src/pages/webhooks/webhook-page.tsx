import { Button } from '@mantine/core';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useMay } from '../../api/shown-account.ts';
import { useChange } from '../../api/use-change.ts';
import { useRecord } from '../../api/use-records.ts';
import type { WebhookSecretView, WebhookView } from '../../api/views.ts';
import { paths } from '../../paths.ts';
import { visible } from '../../text/visible.ts';
import { webhooksText as text, webhookStatus } from '../../text/webhooks.ts';
import { BusyButton } from '../../ui/busy-button.tsx';
import { FormDialog } from '../../ui/dialog.tsx';
import { Facts } from '../../ui/facts.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Page } from '../../ui/page.tsx';
import { PendingPage } from '../../ui/pending-page.tsx';
import { StatusMark } from '../../ui/status-mark.tsx';
import { ReplayRange } from './replay-range.tsx';
import { VerifySnippet } from './verify-snippet.tsx';
import { EditWebhook } from './webhook-form.tsx';
import { WebhookLog } from './webhook-log.tsx';
import { successOf, webhookLook } from './webhook-look.ts';
import { WebhookSecret } from './webhook-secret.tsx';

const REFETCH_MS = 5_000;

type Shown = { readonly webhook: WebhookView };
type Opened = 'edit' | 'replay' | 'rotate' | 'remove';
const pathOf = ({ id }: WebhookView): string => `/v1/webhooks/${id}`;

function Actions({ webhook, onOpen }: Shown & { readonly onOpen: (what: Opened) => void }) {
  const path = pathOf(webhook);
  const test = useChange({ done: text.tested });
  const pause = useChange({ done: text.paused });
  const resume = useChange({ done: text.resumed });
  const isActive = webhook.status === 'active';
  const [change, word] = isActive ? [pause, text.pause] : [resume, text.resume];
  return (
    <>
      <BusyButton isBusy={test.isPending} onClick={() => test.mutate({ path: `${path}/test` })}>
        {text.test}
      </BusyButton>
      <BusyButton
        variant="default"
        isBusy={change.isPending}
        onClick={() => change.mutate({ path: `${path}/${isActive ? 'pause' : 'resume'}` })}
      >
        {word}
      </BusyButton>
      <Button variant="default" onClick={() => onOpen('edit')}>
        {text.edit}
      </Button>
      <Button variant="default" onClick={() => onOpen('replay')}>
        {text.replayRange}
      </Button>
      <Button variant="default" onClick={() => onOpen('rotate')}>
        {text.rotate}
      </Button>
      <Button variant="default" onClick={() => onOpen('remove')}>
        {text.remove}
      </Button>
    </>
  );
}

type RotateProps = Shown & {
  readonly onClose: () => void;
  readonly onSecret: (made: WebhookSecretView) => void;
};

function RotateDialog({ webhook, onClose, onSecret }: RotateProps) {
  const rotate = useChange<WebhookSecretView>({ isInPlace: true });
  const show = (made: WebhookSecretView): void => {
    onClose();
    onSecret(made);
  };
  return (
    <FormDialog
      title={text.rotate}
      submit={text.rotate}
      isBusy={rotate.isPending}
      error={rotate.error}
      onClose={onClose}
      onSubmit={() =>
        rotate.mutate({ path: `${pathOf(webhook)}/rotate-secret`, body: {} }, { onSuccess: show })
      }
    >
      {text.rotateText}
    </FormDialog>
  );
}

function RemoveDialog({ webhook, onClose }: Shown & { readonly onClose: () => void }) {
  const navigate = useNavigate();
  const remove = useChange({ done: text.removed, isInPlace: true });
  const leave = (): void => void navigate({ to: paths.webhooks });
  return (
    <FormDialog
      title={text.removeTitle}
      submit={text.remove}
      isDangerous
      isBusy={remove.isPending}
      error={remove.error}
      onClose={onClose}
      onSubmit={() => remove.mutate({ path: pathOf(webhook), method: 'DELETE' }, { onSuccess: leave })}
    >
      {text.removeText}
    </FormDialog>
  );
}

type DialogsProps = RotateProps & { readonly opened: Opened | undefined };

function Dialogs({ webhook, opened, onClose, onSecret }: DialogsProps) {
  if (opened === undefined) return null;
  if (opened === 'edit') return <EditWebhook webhook={webhook} onClose={onClose} />;
  if (opened === 'replay') return <ReplayRange path={pathOf(webhook)} onClose={onClose} />;
  if (opened === 'rotate') return <RotateDialog {...{ webhook, onClose, onSecret }} />;
  return <RemoveDialog webhook={webhook} onClose={onClose} />;
}

function Loaded({ webhook }: Shown) {
  const [opened, setOpened] = useState<Opened>();
  const [made, setMade] = useState<WebhookSecretView>();
  const mayChange = useMay('developer');
  return (
    <Page
      title={visible(webhook.url)}
      lead={
        <>
          <StatusMark {...webhookLook[webhook.status]} text={webhookStatus[webhook.status]} />{' '}
          {visible(webhook.status_reason ?? '')}
        </>
      }
      actions={mayChange && <Actions webhook={webhook} onOpen={setOpened} />}
    >
      <Facts
        rows={[
          [text.description, webhook.description === '' ? undefined : visible(webhook.description)],
          [text.events, webhook.events.includes('*') ? text.allEvents : webhook.events.join(', ')],
          [text.rateLead, successOf(webhook)],
          [text.oldestDue, <Moment key="due" at={webhook.oldest_due_at} absent={text.nothingDue} />],
          [text.success, <Moment key="success" at={webhook.last_success_at} absent={text.never} />],
          [
            text.graceUntil,
            webhook.previous_secret_expires_at && (
              <Moment key="grace" at={webhook.previous_secret_expires_at} />
            ),
          ],
          [text.failing, webhook.failing_since && <Moment key="failing" at={webhook.failing_since} />],
        ]}
      />
      <WebhookLog id={webhook.id} />
      <VerifySnippet />
      <Dialogs webhook={webhook} opened={opened} onClose={() => setOpened(undefined)} onSecret={setMade} />
      {made !== undefined && <WebhookSecret made={made} onClose={() => setMade(undefined)} />}
    </Page>
  );
}

/** One webhook: how it does, and every request with its answer. */
export function WebhookPage() {
  const { id } = useParams({ strict: false }) as { readonly id: string };
  const path = `/v1/webhooks/${encodeURIComponent(id)}`;
  const { data, error, refetch } = useRecord<WebhookView>(path, {}, { refetchMs: REFETCH_MS });
  if (data !== undefined) return <Loaded webhook={data} />;
  return <PendingPage title={text.title} error={error} retry={refetch} />;
}
