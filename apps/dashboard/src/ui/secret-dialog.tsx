/** Shows a secret once. It closes only by its button, so that a stray click loses nothing. */
import { Button, Group, Modal, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { useDialogFocus } from './use-dialog-focus.ts';
import { Verbatim } from './verbatim.tsx';

type SecretDialogProps = {
  readonly title: string;
  readonly lead: ReactNode;
  readonly secrets: readonly (readonly [label: string, secret: string])[];
  readonly done: string;
  readonly onClose: () => void;
  /** How to use the secrets. */
  readonly children?: ReactNode;
};

export function SecretDialog({ title, lead, secrets, done, onClose, children }: SecretDialogProps) {
  const inside = useDialogFocus();
  return (
    <Modal
      opened
      title={title}
      onClose={onClose}
      size="lg"
      withCloseButton={false}
      closeOnClickOutside={false}
      closeOnEscape={false}
    >
      <Stack gap="sm" ref={inside}>
        <div>{lead}</div>
        {secrets.map(([label, secret]) => (
          <div key={label}>
            <h3>{label}</h3>
            <Verbatim text={secret} label={label} />
          </div>
        ))}
        {children}
        <Group justify="flex-end">
          <Button onClick={onClose}>{done}</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
