import { NativeSelect } from '@mantine/core';
import { useState } from 'react';
import { useChange } from '../../api/use-change.ts';
import { plural } from '../../text/number.ts';
import { replayKinds, replayRanges, webhooksText as text } from '../../text/webhooks.ts';
import { FormDialog } from '../../ui/dialog.tsx';
import { selectData } from '../../ui/select-data.ts';
import { hoursBefore } from './hours-before.ts';

type ReplayProps = { readonly path: string; readonly onClose: () => void };

/** Sends the events of a range again. */
export function ReplayRange({ path, onClose }: ReplayProps) {
  const [hours, setHours] = useState<string>('24');
  const [which, setWhich] = useState<string>('undelivered');
  const replay = useChange<{ queued: number }>({
    done: ({ queued }) => text.rangeReplayed(plural(queued, 'event')),
    isInPlace: true,
  });
  return (
    <FormDialog
      title={text.replayTitle}
      submit={text.replay}
      isBusy={replay.isPending}
      error={replay.error}
      onClose={onClose}
      onSubmit={() =>
        replay.mutate(
          { path: `${path}/replay`, query: { since: hoursBefore(hours), which } },
          { onSuccess: onClose },
        )
      }
    >
      <NativeSelect
        data-autofocus
        label={text.replaySince}
        value={hours}
        data={selectData(replayRanges)}
        onChange={(event) => setHours(event.currentTarget.value)}
      />
      <NativeSelect
        label={text.replayWhich}
        description={text.replayHint}
        value={which}
        data={selectData(replayKinds)}
        onChange={(event) => setWhich(event.currentTarget.value)}
      />
    </FormDialog>
  );
}
