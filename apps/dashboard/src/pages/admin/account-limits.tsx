import { Group, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useChange } from '../../api/use-change.ts';
import type { AdminAccountView } from '../../api/views.ts';
import { limitNames, rateNames, accountsText as text } from '../../text/admin.ts';
import { BusyButton } from '../../ui/busy-button.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { Section } from '../../ui/page.tsx';
import css from './account-limits.module.css';

type LimitName = keyof typeof limitNames;
const names = Object.keys(limitNames) as readonly LimitName[];

type RateName = keyof typeof rateNames;
const rates = Object.keys(rateNames) as readonly RateName[];
const PERCENT = 100;

/** Typed as a percentage, 5 for 0.05. */
const percentOf = (rate: number | null): string =>
  rate === null ? '' : String(Number((rate * PERCENT).toFixed(4)));
const rateOf = (typed: string): number | null => (typed.trim() === '' ? null : Number(typed) / PERCENT);

/** An empty field clears the limit. */
const numberOrNull = (typed: string): number | null => (typed.trim() === '' ? null : Number(typed));

export function AccountLimits({ account }: { readonly account: AdminAccountView }) {
  const [typed, setTyped] = useState<Record<LimitName | RateName, string>>(
    () =>
      Object.fromEntries([
        ...names.map((name) => [name, String(account.limits[name] ?? '')]),
        ...rates.map((name) => [name, percentOf(account.limits[name])]),
      ]) as never,
  );
  const save = useChange({ done: text.saved, isInPlace: true });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const limits = Object.fromEntries([
      ...names.map((name) => [name, numberOrNull(typed[name])]),
      ...rates.map((name) => [name, rateOf(typed[name])]),
    ]);
    save.mutate({ path: `/v1/admin/accounts/${account.id}`, method: 'PATCH', body: { limits } });
  };
  return (
    <Section title={text.limits}>
      <form onSubmit={submit}>
        <div className={css.grid}>
          {names.map((name) => (
            <TextInput
              key={name}
              type="number"
              min={1}
              label={limitNames[name]}
              placeholder={text.limitsHint}
              value={typed[name]}
              onChange={(event) => setTyped({ ...typed, [name]: event.currentTarget.value })}
            />
          ))}
          {rates.map((name) => (
            <TextInput
              key={name}
              type="number"
              min={0}
              max={PERCENT}
              step="any"
              label={rateNames[name]}
              placeholder={text.rateHint}
              value={typed[name]}
              onChange={(event) => setTyped({ ...typed, [name]: event.currentTarget.value })}
            />
          ))}
        </div>
        {save.error !== null && <ErrorPanel error={save.error} />}
        <Group mt="sm">
          <BusyButton type="submit" isBusy={save.isPending}>
            {text.save}
          </BusyButton>
        </Group>
      </form>
    </Section>
  );
}
