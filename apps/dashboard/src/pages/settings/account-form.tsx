import { Checkbox, NativeSelect, Stack, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useMay } from '../../api/shown-account.ts';
import { useChange } from '../../api/use-change.ts';
import type { OwnAccountView } from '../../api/views.ts';
import { paths } from '../../paths.ts';
import { lineEndingModes, policyModes, suppressedModes, settingsText as text } from '../../text/settings.ts';
import { clickModes } from '../../text/streams.ts';
import { BusyButton } from '../../ui/busy-button.tsx';
import { ButtonLink } from '../../ui/button-link.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { selectData } from '../../ui/select-data.ts';

type Settings = Pick<
  OwnAccountView,
  'name' | 'tracking' | 'suppressed_recipients' | 'bare_line_endings' | 'hide_client_ip' | 'sender_policy'
>;

const settingsOf = (account: OwnAccountView): Settings => ({
  name: account.name,
  tracking: account.tracking,
  suppressed_recipients: account.suppressed_recipients,
  bare_line_endings: account.bare_line_endings,
  hide_client_ip: account.hide_client_ip,
  sender_policy: account.sender_policy,
});

type FieldsProps = { readonly settings: Settings; readonly onChange: (change: Partial<Settings>) => void };

const Tracking = ({ settings: { tracking }, onChange }: FieldsProps) => (
  <>
    <Checkbox
      label={text.opens}
      checked={tracking.opens}
      onChange={(event) => onChange({ tracking: { ...tracking, opens: event.currentTarget.checked } })}
    />
    <NativeSelect
      label={text.clicks}
      description={text.trackingHint}
      value={tracking.clicks}
      data={selectData(Object.entries(clickModes))}
      onChange={(event) =>
        onChange({ tracking: { ...tracking, clicks: event.currentTarget.value as keyof typeof clickModes } })
      }
    />
  </>
);

const Fields = ({ settings, onChange }: FieldsProps) => (
  <>
    <TextInput
      label={text.name}
      value={settings.name}
      onChange={(event) => onChange({ name: event.currentTarget.value })}
    />
    <Tracking settings={settings} onChange={onChange} />
    <NativeSelect
      label={text.suppressed}
      value={settings.suppressed_recipients}
      data={selectData(Object.entries(suppressedModes))}
      onChange={(event) =>
        onChange({ suppressed_recipients: event.currentTarget.value as keyof typeof suppressedModes })
      }
    />
    <NativeSelect
      label={text.lineEndings}
      value={settings.bare_line_endings}
      data={selectData(Object.entries(lineEndingModes))}
      onChange={(event) =>
        onChange({ bare_line_endings: event.currentTarget.value as keyof typeof lineEndingModes })
      }
    />
    <Checkbox
      label={text.hideIp}
      checked={settings.hide_client_ip}
      onChange={(event) => onChange({ hide_client_ip: event.currentTarget.checked })}
    />
  </>
);

/** Only the operator makes an account lenient, so the choice is shown where there is one. */
const Policy = ({ settings, onChange }: FieldsProps) => (
  <NativeSelect
    label={text.policy}
    value={settings.sender_policy}
    data={selectData(Object.entries(policyModes))}
    onChange={(event) => onChange({ sender_policy: event.currentTarget.value as keyof typeof policyModes })}
  />
);

export function AccountForm({ account }: { readonly account: OwnAccountView }) {
  const [settings, setSettings] = useState(() => settingsOf(account));
  const mayChange = useMay('admin');
  const save = useChange({ done: text.saved, isInPlace: true });
  const fields = {
    settings,
    onChange: (change: Partial<Settings>) => setSettings({ ...settings, ...change }),
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    save.mutate({ path: '/v1/account', method: 'PATCH', body: settings });
  };
  return (
    <form onSubmit={submit}>
      <fieldset disabled={!mayChange} style={{ border: 0, margin: 0, padding: 0, maxWidth: 520 }}>
        <Stack gap="sm">
          <Fields {...fields} />
          {account.sender_policy === 'lenient' && <Policy {...fields} />}
          {save.error !== null && <ErrorPanel error={save.error} />}
          {mayChange && (
            <div>
              <BusyButton type="submit" isBusy={save.isPending}>
                {text.save}
              </BusyButton>
            </div>
          )}
        </Stack>
      </fieldset>
      <p>{text.streamsHint}</p>
      <ButtonLink to={paths.streams}>{text.toStreams}</ButtonLink>
    </form>
  );
}
