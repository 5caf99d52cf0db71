/** Makes a webhook, or changes one. */
import { NativeSelect, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useChange } from '../../api/use-change.ts';
import type { WebhookSecretView, WebhookView } from '../../api/views.ts';
import { backfillChoices, webhooksText as text } from '../../text/webhooks.ts';
import { FormDialog } from '../../ui/dialog.tsx';
import { selectData } from '../../ui/select-data.ts';
import { hoursBefore } from './hours-before.ts';

type Typed = { readonly url: string; readonly description: string; readonly events: string };

const typesIn = (typed: string): readonly string[] => typed.split(/[\s,]+/).filter((word) => word !== '');

const bodyOf = ({ url, description, events }: Typed) => ({
  url: url.trim(),
  description: description.trim(),
  events: typesIn(events),
});

const isReady = (typed: Typed): boolean => {
  const { url, events } = bodyOf(typed);
  return url !== '' && events.length > 0;
};

type FieldsProps = { readonly typed: Typed; readonly onChange: (typed: Typed) => void };

const Fields = ({ typed, onChange }: FieldsProps) => (
  <>
    <TextInput
      data-autofocus
      type="url"
      label={text.url}
      description={text.urlHint}
      value={typed.url}
      onChange={(event) => onChange({ ...typed, url: event.currentTarget.value })}
    />
    <TextInput
      label={text.events}
      description={text.eventsHint}
      value={typed.events}
      onChange={(event) => onChange({ ...typed, events: event.currentTarget.value })}
    />
    <TextInput
      label={text.description}
      description={text.descriptionHint}
      value={typed.description}
      onChange={(event) => onChange({ ...typed, description: event.currentTarget.value })}
    />
  </>
);

type CreateProps = { readonly onClose: () => void; readonly onSecret: (made: WebhookSecretView) => void };

export function CreateWebhook({ onClose, onSecret }: CreateProps) {
  const [typed, setTyped] = useState<Typed>({ url: '', description: '', events: '*' });
  const [hours, setHours] = useState('0');
  const create = useChange<WebhookSecretView>({ isInPlace: true });
  const show = (made: WebhookSecretView): void => {
    onClose();
    onSecret(made);
  };
  const backfill = hours === '0' ? {} : { backfill_since: hoursBefore(hours) };
  const body = { ...bodyOf(typed), ...backfill };
  return (
    <FormDialog
      title={text.add}
      submit={text.add}
      isBusy={create.isPending}
      isReady={isReady(typed)}
      error={create.error}
      onClose={onClose}
      onSubmit={() => create.mutate({ path: '/v1/webhooks', body }, { onSuccess: show })}
    >
      <Fields typed={typed} onChange={setTyped} />
      <NativeSelect
        label={text.backfill}
        description={text.backfillHint}
        value={hours}
        data={selectData(backfillChoices)}
        onChange={(event) => setHours(event.currentTarget.value)}
      />
    </FormDialog>
  );
}

export function EditWebhook({
  webhook,
  onClose,
}: {
  readonly webhook: WebhookView;
  readonly onClose: () => void;
}) {
  const { url, description, events } = webhook;
  const [typed, setTyped] = useState<Typed>({ url, description, events: events.join(', ') });
  const save = useChange({ done: text.saved, isInPlace: true });
  const asked = { path: `/v1/webhooks/${webhook.id}`, method: 'PATCH' as const, body: bodyOf(typed) };
  return (
    <FormDialog
      title={text.editTitle}
      submit={text.save}
      isBusy={save.isPending}
      isReady={isReady(typed)}
      error={save.error}
      onClose={onClose}
      onSubmit={() => save.mutate(asked, { onSuccess: onClose })}
    >
      <Fields typed={typed} onChange={setTyped} />
    </FormDialog>
  );
}
