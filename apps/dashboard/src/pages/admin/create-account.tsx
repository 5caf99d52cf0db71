/** The wizard of a new account: who owns it, what it may send, and its first credentials. */
import { Checkbox, NativeSelect, TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useChange } from '../../api/use-change.ts';
import type { AdminAccountMadeView } from '../../api/views.ts';
import { paths } from '../../paths.ts';
import { deliveryModes, accountsText as text } from '../../text/admin.ts';
import { FormDialog } from '../../ui/dialog.tsx';
import { SecretDialog } from '../../ui/secret-dialog.tsx';
import { selectData } from '../../ui/select-data.ts';

type Typed = {
  readonly name: string;
  readonly owner: string;
  readonly mode: string;
  readonly perDay: string;
  readonly hasCredential: boolean;
  readonly hasKey: boolean;
};

const fresh: Typed = { name: '', owner: '', mode: '', perDay: '', hasCredential: true, hasKey: true };
const FIRST = 'first';

const bodyOf = ({ name, owner, mode, perDay, hasCredential, hasKey }: Typed) => ({
  name: name.trim(),
  ...(owner.trim() === '' ? {} : { owner: { email: owner.trim() } }),
  ...(mode === '' ? {} : { delivery_mode: mode }),
  ...(perDay === '' ? {} : { limits: { per_day: Number(perDay) } }),
  ...(hasCredential ? { smtp_credential: { name: FIRST } } : {}),
  ...(hasKey ? { api_key: { name: FIRST } } : {}),
});

type FieldsProps = { readonly typed: Typed; readonly onChange: (change: Partial<Typed>) => void };

const Fields = ({ typed, onChange }: FieldsProps) => (
  <>
    <TextInput
      data-autofocus
      label={text.name}
      description={text.nameHint}
      value={typed.name}
      onChange={(event) => onChange({ name: event.currentTarget.value })}
    />
    <TextInput
      type="email"
      label={text.owner}
      description={text.ownerHint}
      value={typed.owner}
      onChange={(event) => onChange({ owner: event.currentTarget.value })}
    />
    <NativeSelect
      label={text.mode}
      value={typed.mode}
      data={selectData([['', text.installation], ...Object.entries(deliveryModes)])}
      onChange={(event) => onChange({ mode: event.currentTarget.value })}
    />
    <TextInput
      type="number"
      min={1}
      label={text.perDay}
      placeholder={text.limitsHint}
      value={typed.perDay}
      onChange={(event) => onChange({ perDay: event.currentTarget.value })}
    />
    <Checkbox
      label={text.firstCredential}
      checked={typed.hasCredential}
      onChange={(event) => onChange({ hasCredential: event.currentTarget.checked })}
    />
    <Checkbox
      label={text.firstKey}
      checked={typed.hasKey}
      onChange={(event) => onChange({ hasKey: event.currentTarget.checked })}
    />
  </>
);

const secretsOf = ({ smtp_credential: smtp, api_key: key }: AdminAccountMadeView) => [
  ...(smtp === null ? [] : [[text.username, smtp.username] as const, [text.password, smtp.secret] as const]),
  ...(key === null ? [] : [[text.key, key.key] as const]),
];

export function CreateAccount({ onClose }: { readonly onClose: () => void }) {
  const navigate = useNavigate();
  const [typed, setTyped] = useState(fresh);
  const [made, setMade] = useState<AdminAccountMadeView>();
  const create = useChange<AdminAccountMadeView>({ done: ({ name }) => text.added(name), isInPlace: true });
  const open = ({ id }: AdminAccountMadeView): void => void navigate({ to: paths.account(id) });
  const next = (account: AdminAccountMadeView): void =>
    secretsOf(account).length === 0 ? open(account) : setMade(account);
  if (made !== undefined)
    return (
      <SecretDialog
        title={text.onceTitle}
        lead={
          made.invitation === null ? text.onceText : `${text.onceText} ${text.invited(made.invitation.email)}`
        }
        secrets={secretsOf(made)}
        done={text.copied}
        onClose={() => open(made)}
      />
    );
  return (
    <FormDialog
      title={text.add}
      submit={text.add}
      isBusy={create.isPending}
      isReady={typed.name.trim() !== ''}
      error={create.error}
      onClose={onClose}
      onSubmit={() => create.mutate({ path: '/v1/admin/accounts', body: bodyOf(typed) }, { onSuccess: next })}
    >
      <Fields typed={typed} onChange={(change) => setTyped({ ...typed, ...change })} />
    </FormDialog>
  );
}
