import { NativeSelect } from '@mantine/core';
import { useState } from 'react';
import { useChange } from '../../api/use-change.ts';
import { graceChoices, credentialsText as text } from '../../text/credentials.ts';
import { FormDialog } from '../../ui/dialog.tsx';
import { selectData } from '../../ui/select-data.ts';

type RotateProps<Made> = {
  readonly name: string;
  /** Of the credential or key. */
  readonly path: string;
  readonly onClose: () => void;
  readonly onSecret: (made: Made) => void;
};

const A_DAY = '1440';

/** Makes a new secret. The one before works until the chosen time, so that it can be changed everywhere. */
export function RotateCredential<Made>({ name, path, onClose, onSecret }: RotateProps<Made>) {
  const [grace, setGrace] = useState<string>(A_DAY);
  const rotate = useChange<Made>({ isInPlace: true });
  const show = (made: Made): void => {
    onClose();
    onSecret(made);
  };
  return (
    <FormDialog
      title={text.rotateTitle(name)}
      submit={text.rotate}
      isBusy={rotate.isPending}
      error={rotate.error}
      onClose={onClose}
      onSubmit={() =>
        rotate.mutate({ path: `${path}/rotate`, body: { grace_minutes: Number(grace) } }, { onSuccess: show })
      }
    >
      {text.rotateText}
      <NativeSelect
        data-autofocus
        label={text.grace}
        value={grace}
        data={selectData(graceChoices)}
        onChange={(event) => setGrace(event.currentTarget.value)}
      />
    </FormDialog>
  );
}
