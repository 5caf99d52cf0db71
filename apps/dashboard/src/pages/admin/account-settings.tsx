/** What only the operator sets: delivery mode, smarthost, sender policy. */
import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useChange } from '../../api/use-change.ts';
import type { AdminAccountView } from '../../api/views.ts';
import { deliveryModes, accountsText as text } from '../../text/admin.ts';
import { policyModes, suppressedModes } from '../../text/settings.ts';
import { CopyableId } from '../../ui/copy-button.tsx';
import { FormDialog } from '../../ui/dialog.tsx';
import { Facts } from '../../ui/facts.tsx';
import { ExactMoment } from '../../ui/moment.tsx';
import { Section } from '../../ui/page.tsx';
import { selectData } from '../../ui/select-data.ts';

type Shown = { readonly account: AdminAccountView };

function SettingsDialog({ account, onClose }: Shown & { readonly onClose: () => void }) {
  const [name, setName] = useState(account.name);
  const [mode, setMode] = useState<string>(account.delivery_mode ?? '');
  const [smarthost, setSmarthost] = useState(account.smarthost_url ?? '');
  const [policy, setPolicy] = useState<string>(account.sender_policy);
  const save = useChange({ done: text.settingsSaved, isInPlace: true });
  const body = {
    name: name.trim(),
    delivery_mode: mode === '' ? null : mode,
    smarthost_url: smarthost.trim() === '' ? null : smarthost.trim(),
    sender_policy: policy,
  };
  return (
    <FormDialog
      title={text.changeSettings}
      submit={text.saveSettings}
      isBusy={save.isPending}
      isReady={body.name !== ''}
      error={save.error}
      onClose={onClose}
      onSubmit={() =>
        save.mutate(
          { path: `/v1/admin/accounts/${account.id}`, method: 'PATCH', body },
          { onSuccess: onClose },
        )
      }
    >
      <TextInput
        data-autofocus
        label={text.name}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <NativeSelect
        label={text.mode}
        value={mode}
        data={selectData([['', text.installation], ...Object.entries(deliveryModes)])}
        onChange={(event) => setMode(event.currentTarget.value)}
      />
      <TextInput
        label={text.smarthost}
        description={text.smarthostHint}
        value={smarthost}
        autoComplete="off"
        onChange={(event) => setSmarthost(event.currentTarget.value)}
      />
      <NativeSelect
        label={text.policy}
        value={policy}
        data={selectData(Object.entries(policyModes))}
        onChange={(event) => setPolicy(event.currentTarget.value)}
      />
    </FormDialog>
  );
}

export function AccountSettings({ account }: Shown) {
  const [isOpen, setOpen] = useState(false);
  const { delivery_mode: mode } = account;
  return (
    <Section
      title={text.settings}
      actions={
        <Button variant="default" onClick={() => setOpen(true)}>
          {text.changeSettings}
        </Button>
      }
    >
      <Facts
        rows={[
          [text.id, <CopyableId key="id" id={account.id} label={text.id} />],
          [text.mode, mode === null ? text.installation : deliveryModes[mode]],
          [text.smarthost, account.smarthost_url],
          [text.policy, policyModes[account.sender_policy]],
          [text.suppressed, suppressedModes[account.suppressed_recipients]],
          [text.created, <ExactMoment key="at" at={account.created_at} />],
        ]}
      />
      {isOpen && <SettingsDialog account={account} onClose={() => setOpen(false)} />}
    </Section>
  );
}
