/** Filters as chips. Their values come from the URL and go back there. */
import { Button, Menu, NativeSelect, TextInput } from '@mantine/core';
import { type FormEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { uiText } from '../text/ui.ts';
import css from './filter-bar.module.css';
import { Icon } from './icon.tsx';

export type FilterField = {
  readonly name: string;
  readonly label: string;
  /** A closed set of values with their words; without it the value is free text. */
  readonly choices?: readonly (readonly [value: string, text: string])[];
  readonly placeholder?: string;
};

export type Filters = Readonly<Record<string, string | undefined>>;

type FilterBarProps = {
  readonly fields: readonly FilterField[];
  readonly values: Filters;
  readonly onChange: (change: Filters) => void;
  readonly children?: ReactNode;
};

type EditProps = {
  readonly field: FilterField;
  readonly value: string;
  readonly onDone: (value: string) => void;
  readonly onCancel: () => void;
};

function EditFilter({ field: { label, choices, placeholder = '' }, value, onDone, onCancel }: EditProps) {
  const [text, setText] = useState(value === '' ? (choices?.[0]?.[0] ?? '') : value);
  const apply = (event: FormEvent): void => {
    event.preventDefault();
    onDone(text.trim());
  };
  return (
    <form className={css.edit} onSubmit={apply} onKeyDown={(event) => event.key === 'Escape' && onCancel()}>
      {choices === undefined ? (
        <TextInput
          size="xs"
          aria-label={label}
          placeholder={placeholder === '' ? label : placeholder}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          ref={focusFirst}
        />
      ) : (
        <NativeSelect
          size="xs"
          aria-label={label}
          value={text}
          data={choices.map(([choice, words]) => ({ value: choice, label: words }))}
          onChange={(event) => setText(event.currentTarget.value)}
          ref={focusFirst}
        />
      )}
      <Button type="submit" size="compact-sm">
        {uiText.apply}
      </Button>
    </form>
  );
}

const focusFirst = (element: HTMLElement | null): void => element?.focus();

const wordOf = ({ choices }: FilterField, value: string): string =>
  choices?.find(([choice]) => choice === value)?.[1] ?? value;

/** A chip or a field that had the focus goes away with its filter: the next filter is added where the focus goes then. */
function useNextFocus() {
  const bar = useRef<HTMLDivElement>(null);
  const isAsked = useRef(false);
  useEffect(() => {
    if (!isAsked.current || document.activeElement !== document.body) return;
    isAsked.current = false;
    const add = bar.current?.querySelector<HTMLElement>('[data-add-filter]');
    (add ?? bar.current?.querySelector('button'))?.focus();
  });
  const moveOn = (): void => {
    isAsked.current = true;
  };
  return { bar, moveOn };
}

export function FilterBar({ fields, values, onChange, children }: FilterBarProps) {
  const { bar, moveOn } = useNextFocus();
  const [editing, setEditing] = useState<string>();
  const active = fields.filter(({ name }) => values[name] !== undefined && values[name] !== '');
  const rest = fields.filter((field) => !active.includes(field) && field.name !== editing);
  const open = fields.find(({ name }) => name === editing);
  const close = (): void => {
    moveOn();
    setEditing(undefined);
  };
  const set = (name: string, value: string): void => {
    close();
    onChange({ [name]: value === '' ? undefined : value });
  };
  const clear = (): void => {
    moveOn();
    onChange(Object.fromEntries(active.map(({ name }) => [name, undefined])));
  };
  return (
    <div className={css.bar} ref={bar}>
      {children}
      {active
        .filter(({ name }) => name !== editing)
        .map((field) => (
          <Chip
            key={field.name}
            field={field}
            value={values[field.name] ?? ''}
            onEdit={setEditing}
            onClear={set}
          />
        ))}
      {open !== undefined && (
        <EditFilter
          field={open}
          value={values[open.name] ?? ''}
          onDone={(value) => set(open.name, value)}
          onCancel={close}
        />
      )}
      {rest.length > 0 && <AddFilter fields={rest} onPick={setEditing} />}
      {active.length > 1 && (
        <Button variant="subtle" onClick={clear}>
          {uiText.clearFilters}
        </Button>
      )}
    </div>
  );
}

type ChipProps = {
  readonly field: FilterField;
  readonly value: string;
  readonly onEdit: (name: string) => void;
  readonly onClear: (name: string, value: string) => void;
};

const Chip = ({ field, value, onEdit, onClear }: ChipProps) => (
  <span className={css.chip}>
    <button type="button" onClick={() => onEdit(field.name)}>
      {field.label}: <b>{wordOf(field, value)}</b>
    </button>
    <button
      type="button"
      aria-label={uiText.removeFilter(field.label)}
      onClick={() => onClear(field.name, '')}
    >
      <Icon name="cross" size={12} />
    </button>
  </span>
);

type AddFilterProps = { readonly fields: readonly FilterField[]; readonly onPick: (name: string) => void };

/** The field of the filter that is picked takes the focus, so that the menu gives it back only when it is left by Escape. */
const AddFilter = ({ fields, onPick }: AddFilterProps) => {
  const button = useRef<HTMLButtonElement>(null);
  return (
    <Menu position="bottom-start" returnFocus={false}>
      <Menu.Target>
        <Button ref={button} data-add-filter variant="default" leftSection={<Icon name="add" size={13} />}>
          {uiText.addFilter}
        </Button>
      </Menu.Target>
      <Menu.Dropdown onKeyDown={(event) => event.key === 'Escape' && button.current?.focus()}>
        {fields.map(({ name, label }) => (
          <Menu.Item key={name} onClick={() => onPick(name)}>
            {label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
};
