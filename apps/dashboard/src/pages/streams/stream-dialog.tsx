import { Checkbox, NativeSelect, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useChange } from '../../api/use-change.ts';
import type { StreamView } from '../../api/views.ts';
import { clickModes, retentionText, streamsText as text, unknownPolicies } from '../../text/streams.ts';
import { FormDialog } from '../../ui/dialog.tsx';

type Settings = Pick<
  StreamView,
  'name' | 'tracking' | 'list_unsubscribe' | 'expiry_minutes' | 'unknown_policy' | 'retention'
>;

const fresh: Settings = {
  name: '',
  tracking: { opens: true, clicks: 'html' },
  list_unsubscribe: true,
  expiry_minutes: 4_320,
  unknown_policy: 'prefer_delivery',
  retention: { metadata_days: 30, events_days: 30, bytes_days: 30 },
};

const settingsOf = ({ name, tracking, ...stream }: StreamView): Settings => ({
  name,
  tracking,
  list_unsubscribe: stream.list_unsubscribe,
  expiry_minutes: stream.expiry_minutes,
  unknown_policy: stream.unknown_policy,
  retention: stream.retention,
});

const choices = (words: Readonly<Record<string, string>>) =>
  Object.entries(words).map(([value, label]) => ({ value, label }));

type FieldsProps = { readonly settings: Settings; readonly onChange: (change: Partial<Settings>) => void };

const Fields = ({ settings, onChange }: FieldsProps) => (
  <>
    <TextInput
      data-autofocus
      label={text.name}
      description={text.nameHint}
      value={settings.name}
      onChange={(event) => onChange({ name: event.currentTarget.value })}
    />
    <Checkbox
      label={text.opens}
      checked={settings.tracking.opens}
      onChange={(event) =>
        onChange({ tracking: { ...settings.tracking, opens: event.currentTarget.checked } })
      }
    />
    <NativeSelect
      label={text.clicks}
      value={settings.tracking.clicks}
      data={choices(clickModes)}
      onChange={(event) =>
        onChange({
          tracking: { ...settings.tracking, clicks: event.currentTarget.value as keyof typeof clickModes },
        })
      }
    />
    <Checkbox
      label={text.unsubscribeLabel}
      checked={settings.list_unsubscribe}
      onChange={(event) => onChange({ list_unsubscribe: event.currentTarget.checked })}
    />
    <NumberField
      label={text.expiryLabel}
      value={settings.expiry_minutes}
      onChange={(minutes) => onChange({ expiry_minutes: minutes })}
    />
    {(Object.keys(retentionText) as (keyof typeof retentionText)[]).map((name) => (
      <NumberField
        key={name}
        label={retentionText[name]}
        value={settings.retention[name]}
        onChange={(days) => onChange({ retention: { ...settings.retention, [name]: days } })}
      />
    ))}
    <NativeSelect
      label={text.unknown}
      value={settings.unknown_policy}
      data={choices(unknownPolicies)}
      onChange={(event) =>
        onChange({ unknown_policy: event.currentTarget.value as keyof typeof unknownPolicies })
      }
    />
  </>
);

type NumberFieldProps = {
  readonly label: string;
  readonly value: number;
  readonly onChange: (value: number) => void;
};

const NumberField = ({ label, value, onChange }: NumberFieldProps) => (
  <TextInput
    type="number"
    min={1}
    label={label}
    value={Number.isNaN(value) ? '' : value}
    onChange={(event) => onChange(event.currentTarget.valueAsNumber)}
  />
);

type StreamDialogProps = { readonly stream: StreamView | undefined; readonly onClose: () => void };

/** Makes a stream, or changes one. */
export function StreamDialog({ stream, onClose }: StreamDialogProps) {
  const [settings, setSettings] = useState(stream === undefined ? fresh : settingsOf(stream));
  const save = useChange({ done: stream === undefined ? text.created : text.saved, isInPlace: true });
  const asked =
    stream === undefined
      ? { path: '/v1/streams', body: settings }
      : { path: `/v1/streams/${stream.id}`, method: 'PATCH' as const, body: settings };
  return (
    <FormDialog
      title={stream === undefined ? text.add : text.editTitle(stream.name)}
      submit={stream === undefined ? text.add : text.save}
      isBusy={save.isPending}
      isReady={settings.name !== ''}
      error={save.error}
      onClose={onClose}
      onSubmit={() => save.mutate(asked, { onSuccess: onClose })}
    >
      <Fields settings={settings} onChange={(change) => setSettings({ ...settings, ...change })} />
    </FormDialog>
  );
}
