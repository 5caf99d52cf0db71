import { NativeSelect, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useChange } from '../../api/use-change.ts';
import type { BounceRuleView } from '../../api/views.ts';
import {
  categoryText,
  partyText,
  ruleOutcomeText,
  bounceRulesText as text,
} from '../../text/bounce-rules.ts';
import { FormDialog } from '../../ui/dialog.tsx';
import { selectData } from '../../ui/select-data.ts';

export const rulesPath = '/v1/admin/bounce-rules';

type Typed = {
  readonly pattern: string;
  readonly category: string;
  readonly party: string;
  readonly outcome: string;
  readonly note: string;
  readonly position: string;
};

const fresh: Typed = {
  pattern: '',
  category: 'other',
  party: 'policy',
  outcome: '',
  note: '',
  position: '',
};

const typedOf = ({ pattern, category, party, outcome, note, position }: BounceRuleView): Typed => ({
  pattern,
  category,
  party,
  outcome: outcome ?? '',
  note,
  position: String(position),
});

const bodyOf = ({ outcome, position, ...rule }: Typed) => ({
  ...rule,
  outcome: outcome === '' ? null : outcome,
  ...(position === '' ? {} : { position: Number(position) }),
});

type FieldsProps = { readonly typed: Typed; readonly onChange: (change: Partial<Typed>) => void };

const Meaning = ({ typed, onChange }: FieldsProps) => (
  <>
    <NativeSelect
      label={text.category}
      value={typed.category}
      data={selectData(Object.entries(categoryText))}
      onChange={(event) => onChange({ category: event.currentTarget.value })}
    />
    <NativeSelect
      label={text.party}
      value={typed.party}
      data={selectData(Object.entries(partyText))}
      onChange={(event) => onChange({ party: event.currentTarget.value })}
    />
    <NativeSelect
      label={text.outcome}
      value={typed.outcome}
      data={selectData([['', text.byCode], ...Object.entries(ruleOutcomeText)])}
      onChange={(event) => onChange({ outcome: event.currentTarget.value })}
    />
  </>
);

const Fields = ({ typed, onChange }: FieldsProps) => (
  <>
    <TextInput
      data-autofocus
      label={text.pattern}
      description={text.patternHint}
      value={typed.pattern}
      onChange={(event) => onChange({ pattern: event.currentTarget.value })}
    />
    <Meaning typed={typed} onChange={onChange} />
    <TextInput
      label={text.note}
      value={typed.note}
      onChange={(event) => onChange({ note: event.currentTarget.value })}
    />
    <TextInput
      type="number"
      min={1}
      label={text.position}
      description={text.positionHint}
      value={typed.position}
      onChange={(event) => onChange({ position: event.currentTarget.value })}
    />
  </>
);

type RuleProps = { readonly rule: BounceRuleView | undefined; readonly onClose: () => void };

/** Adds a rule, or changes one. */
export function RuleDialog({ rule, onClose }: RuleProps) {
  const [typed, setTyped] = useState(rule === undefined ? fresh : typedOf(rule));
  const save = useChange({ done: rule === undefined ? text.added : text.saved, isInPlace: true });
  const asked =
    rule === undefined
      ? { path: rulesPath, body: bodyOf(typed) }
      : { path: `${rulesPath}/${rule.id}`, method: 'PATCH' as const, body: bodyOf(typed) };
  return (
    <FormDialog
      title={rule === undefined ? text.add : text.editTitle}
      submit={rule === undefined ? text.add : text.save}
      isBusy={save.isPending}
      isReady={typed.pattern.trim().length >= 3}
      error={save.error}
      onClose={onClose}
      onSubmit={() => save.mutate(asked, { onSuccess: onClose })}
    >
      <Fields typed={typed} onChange={(change) => setTyped({ ...typed, ...change })} />
    </FormDialog>
  );
}

export function RemoveRule({
  rule,
  onClose,
}: {
  readonly rule: BounceRuleView;
  readonly onClose: () => void;
}) {
  const remove = useChange({ done: text.removed, isInPlace: true });
  return (
    <FormDialog
      title={text.removeTitle}
      submit={text.remove}
      isDangerous
      isBusy={remove.isPending}
      error={remove.error}
      onClose={onClose}
      onSubmit={() =>
        remove.mutate({ path: `${rulesPath}/${rule.id}`, method: 'DELETE' }, { onSuccess: onClose })
      }
    >
      {text.removeText}
    </FormDialog>
  );
}
