import { NativeSelect } from '@mantine/core';
import { useState } from 'react';
import { useChange } from '../../api/use-change.ts';
import type { StreamView } from '../../api/views.ts';
import { streamsText as text } from '../../text/streams.ts';
import { ConfirmDialog } from '../../ui/dialog.tsx';
import { selectData } from '../../ui/select-data.ts';

type RemoveProps = {
  readonly stream: StreamView;
  readonly others: readonly StreamView[];
  readonly onClose: () => void;
};

export function RemoveStream({ stream, others, onClose }: RemoveProps) {
  const [moveTo, setMoveTo] = useState('');
  const remove = useChange({ done: text.removed(stream.name), isInPlace: true });
  const query = moveTo === '' ? {} : { credentials_to: moveTo };
  return (
    <ConfirmDialog
      title={text.removeTitle(stream.name)}
      submit={text.remove}
      word={stream.name}
      isBusy={remove.isPending}
      error={remove.error}
      onClose={onClose}
      onSubmit={() =>
        remove.mutate({ path: `/v1/streams/${stream.id}`, method: 'DELETE', query }, { onSuccess: onClose })
      }
    >
      {text.removeText}
      <NativeSelect
        label={text.moveTo}
        value={moveTo}
        data={selectData([['', text.noMove], ...others.map(({ id, name }) => [id, name] as const)])}
        onChange={(event) => setMoveTo(event.currentTarget.value)}
      />
    </ConfirmDialog>
  );
}
