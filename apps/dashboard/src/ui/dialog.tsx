/** A dialog, and one that asks for a word before it does what cannot be undone. */
import { Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import { type FormEvent, type ReactNode, useState } from 'react';
import { uiText } from '../text/ui.ts';
import { BusyButton } from './busy-button.tsx';
import { ErrorPanel } from './error-panel.tsx';
import { useDialogFocus } from './use-dialog-focus.ts';

type DialogProps = {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
  readonly size?: string;
};

export function Dialog({ title, onClose, children, size = 'md' }: DialogProps) {
  const inside = useDialogFocus();
  return (
    <Modal
      opened
      title={title}
      onClose={onClose}
      size={size}
      closeButtonProps={{ 'aria-label': uiText.close }}
    >
      <div ref={inside}>{children}</div>
    </Modal>
  );
}

type FormDialogProps = DialogProps & {
  readonly submit: string;
  readonly isDangerous?: boolean;
  readonly isBusy: boolean;
  readonly isReady?: boolean;
  readonly error?: unknown;
  readonly onSubmit: () => void;
};

export function FormDialog(props: FormDialogProps) {
  const { submit, isDangerous = false, isBusy, isReady = true, error, onSubmit, children, ...dialog } = props;
  const send = (event: FormEvent): void => {
    event.preventDefault();
    if (isReady) onSubmit();
  };
  return (
    <Dialog {...dialog}>
      <form onSubmit={send}>
        <Stack gap="sm">
          {children}
          {error !== undefined && error !== null && <ErrorPanel error={error} />}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={dialog.onClose}>
              {uiText.cancel}
            </Button>
            <BusyButton
              type="submit"
              isBusy={isBusy}
              disabled={!isReady}
              {...(isDangerous ? { color: 'var(--bad)' } : {})}
            >
              {submit}
            </BusyButton>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}

type ConfirmProps = Omit<FormDialogProps, 'isDangerous' | 'isReady'> & {
  /** The word to type: the name of what goes away. */
  readonly word: string;
};

export function ConfirmDialog({ word, children, ...form }: ConfirmProps) {
  const [typed, setTyped] = useState('');
  return (
    <FormDialog {...form} isDangerous isReady={typed.trim() === word}>
      {children}
      <TextInput
        label={uiText.typeToConfirm(word)}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
        autoComplete="off"
        data-autofocus
      />
    </FormDialog>
  );
}
