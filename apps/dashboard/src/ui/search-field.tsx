import { TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { Icon } from './icon.tsx';

type SearchFieldProps = {
  readonly label: string;
  readonly value: string;
  readonly onSearch: (text: string) => void;
};

/** Searches when Enter is pressed or the field is left, so that no half word is asked for. */
export function SearchField({ label, value, onSearch }: SearchFieldProps) {
  const [typed, setTyped] = useState(value);
  const [known, setKnown] = useState(value);
  if (known !== value) {
    setKnown(value);
    setTyped(value);
  }
  const search = (event?: FormEvent): void => {
    event?.preventDefault();
    if (typed.trim() !== value) onSearch(typed.trim());
  };
  return (
    <form onSubmit={search} style={{ flex: '0 1 300px', minWidth: 160 }}>
      <TextInput
        size="xs"
        type="search"
        aria-label={label}
        placeholder={label}
        leftSection={<Icon name="search" size={13} />}
        value={typed}
        onBlur={() => search()}
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
    </form>
  );
}
