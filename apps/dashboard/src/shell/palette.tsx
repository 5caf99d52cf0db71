/** Commands by name, and what a typed id, address or word leads to. */
import { TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { type KeyboardEvent, useId, useState } from 'react';
import { shellText } from '../text/shell.ts';
import { Dialog } from '../ui/dialog.tsx';
import { Icon, type IconName } from '../ui/icon.tsx';
import { type Target, targetOf } from './find-target.ts';
import { accountPages, operatorPages } from './page-list.ts';
import css from './shell.module.css';

type Command = { readonly text: string; readonly icon: IconName; readonly target: Target };

const searchCommand = (typed: string): readonly Command[] => {
  const target = targetOf(typed);
  if (target === undefined) return [];
  const text = typed.trim();
  if (target.search.q !== undefined) return [{ text: shellText.searchFor(text), icon: 'search', target }];
  const said = target.to.startsWith('/recipients')
    ? shellText.openRecipient(text)
    : shellText.openMessage(text);
  return [{ text: said, icon: 'messages', target }];
};

function commandsFor(typed: string, isOperator: boolean): readonly Command[] {
  const words = typed.trim().toLowerCase();
  const pages = (isOperator ? [...accountPages, ...operatorPages] : accountPages)
    .filter(({ name, fullName = name }) => fullName.toLowerCase().includes(words))
    .map(({ name, fullName = name, icon, to }) => ({
      text: shellText.goTo(fullName),
      icon,
      target: { to, search: {} },
    }));
  return [...pages, ...searchCommand(typed)];
}

type PaletteProps = { readonly isOperator: boolean; readonly onClose: () => void };

export function Palette({ isOperator, onClose }: PaletteProps) {
  const navigate = useNavigate();
  const listId = useId();
  const [typed, setTyped] = useState('');
  const [at, setAt] = useState(0);
  const commands = commandsFor(typed, isOperator);
  const run = (command: Command | undefined): void => {
    if (command === undefined) return;
    onClose();
    void navigate(command.target as never);
  };
  const onKey = (event: KeyboardEvent): void => {
    if (event.key === 'Enter') run(commands[at]);
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
    event.preventDefault();
    const step = event.key === 'ArrowDown' ? 1 : -1;
    setAt((at + step + commands.length) % Math.max(commands.length, 1));
  };
  return (
    <Dialog title={shellText.palette} onClose={onClose}>
      <TextInput
        data-autofocus
        role="combobox"
        aria-expanded
        aria-controls={listId}
        {...(commands.length > 0 ? { 'aria-activedescendant': `${listId}-${at}` } : {})}
        aria-label={shellText.palettePlaceholder}
        placeholder={shellText.palettePlaceholder}
        value={typed}
        onKeyDown={onKey}
        onChange={(event) => {
          setTyped(event.currentTarget.value);
          setAt(0);
        }}
      />
      <CommandList {...{ commands, at, listId }} onRun={run} />
      {commands.length === 0 && <p>{shellText.noCommand}</p>}
    </Dialog>
  );
}

const showChosen = (option: HTMLElement | null): void => option?.scrollIntoView({ block: 'nearest' });

type CommandListProps = {
  readonly commands: readonly Command[];
  readonly at: number;
  readonly listId: string;
  readonly onRun: (command: Command) => void;
};

const CommandList = ({ commands, at, listId, onRun }: CommandListProps) => (
  <div id={listId} role="listbox" tabIndex={-1} aria-label={shellText.palette} className={css.commands}>
    {commands.map((command, index) => (
      <div
        key={command.text}
        id={`${listId}-${index}`}
        role="option"
        tabIndex={-1}
        aria-selected={index === at}
        ref={index === at ? showChosen : null}
        onClick={() => onRun(command)}
        onKeyDown={(event) => event.key === 'Enter' && onRun(command)}
      >
        <Icon name={command.icon} />
        {command.text}
      </div>
    ))}
  </div>
);
