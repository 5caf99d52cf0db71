/** Says how many messages an action would change, asks, and shows how far it has come. */
import { Button, Group, Stack, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { messagesText as text } from '../../text/messages.ts';
import { count } from '../../text/number.ts';
import { uiText } from '../../text/ui.ts';
import { BusyButton } from '../../ui/busy-button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { ProgressBar } from '../../ui/progress-bar.tsx';
import { type BulkAsked, useBulkWork } from './bulk-work.ts';

type BulkDialogProps = BulkAsked & { readonly onClose: () => void };

/** A cancelled message is not sent any more, so the reader types the word. */
const word: Readonly<Record<BulkAsked['action'], string | undefined>> = {
  cancel: 'cancel',
  retry: undefined,
  release: undefined,
};

type Work = ReturnType<typeof useBulkWork>;

function Standing({
  action,
  work: { stage, matched, changed },
}: Pick<BulkAsked, 'action'> & { readonly work: Work }) {
  const words = text.bulk[action];
  return (
    <div role="status">
      {stage === 'counting' && <p>{text.bulkCounting(matched)}</p>}
      {stage === 'counted' && <p>{matched === 0 ? text.bulkNothing : words.counted(count(matched))}</p>}
      {stage === 'counted' && matched > 0 && <p>{words.effect}</p>}
      {(stage === 'working' || stage === 'done') && (
        <>
          <p>{words.changed(count(changed))}</p>
          <ProgressBar
            label={words.title}
            done={stage === 'done' ? 1 : changed}
            all={stage === 'done' ? 1 : matched}
          />
        </>
      )}
    </div>
  );
}

export function BulkDialog({ action, filter, onClose }: BulkDialogProps) {
  const work = useBulkWork({ action, filter });
  const client = useQueryClient();
  const [typed, setTyped] = useState('');
  const { stage, matched, error } = work;
  const words = text.bulk[action];
  const asked = word[action];
  const isReady = stage === 'counted' && matched > 0;
  const isTyped = asked === undefined || typed.trim() === asked;
  useEffect(() => {
    if (stage === 'done') void client.invalidateQueries();
  }, [stage, client]);
  return (
    <Dialog title={words.title} onClose={onClose}>
      <Stack gap="sm">
        <Standing action={action} work={work} />
        {error !== undefined && <ErrorPanel error={error} />}
        {isReady && asked !== undefined && (
          <TextInput
            label={uiText.typeToConfirm(asked)}
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
            autoComplete="off"
            data-autofocus
          />
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {stage === 'working' ? text.bulkStop : uiText.close}
          </Button>
          {stage !== 'done' && !(stage === 'counted' && matched === 0) && (
            <BusyButton
              disabled={!isReady || !isTyped}
              isBusy={stage === 'working'}
              onClick={work.start}
              {...(asked === undefined ? {} : { color: 'var(--bad)' })}
            >
              {words.submit(count(matched))}
            </BusyButton>
          )}
        </Group>
      </Stack>
    </Dialog>
  );
}
