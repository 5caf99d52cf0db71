/** Suppresses the addresses of a CSV file: what it would do first, then how far it is. */
import { Button, Group, Stack } from '@mantine/core';
import { useId } from 'react';
import type { ImportStateView } from '../../api/views.ts';
import { count } from '../../text/number.ts';
import { suppressionReason, suppressionsText as text } from '../../text/suppressions.ts';
import { uiText } from '../../text/ui.ts';
import { visible } from '../../text/visible.ts';
import { BusyButton } from '../../ui/busy-button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { Facts } from '../../ui/facts.tsx';
import { ProgressBar } from '../../ui/progress-bar.tsx';
import { useImport } from './use-import.ts';

const MAX_FAULTS = 5;

const Counts = ({ state }: { readonly state: ImportStateView }) => (
  <Facts
    rows={[
      [state.dry_run ? text.wouldCreate : text.didCreate, count(state.created)],
      [text.known, count(state.known)],
      [text.malformed, count(state.malformed)],
    ]}
  />
);

const Rows = ({ state: { preview, faults } }: { readonly state: ImportStateView }) => (
  <>
    {preview.length > 0 && (
      <div>
        <h3>{text.firstRows}</h3>
        <Facts
          rows={preview.map(({ address, reason }) => [suppressionReason[reason], visible(address)] as const)}
        />
      </div>
    )}
    {faults.length > 0 && (
      <div>
        <h3>{text.faults}</h3>
        <Facts
          rows={faults
            .slice(0, MAX_FAULTS)
            .map(({ line, detail }) => [text.line(line), visible(detail)] as const)}
        />
      </div>
    )}
  </>
);

function FileField({ onFile }: { readonly onFile: (file: File) => void }) {
  const id = useId();
  return (
    <div>
      <label htmlFor={id}>{text.file}</label>
      <p>{text.fileHint}</p>
      <input
        id={id}
        type="file"
        accept=".csv,text/csv,text/plain"
        onChange={(event) => {
          const [file] = event.currentTarget.files ?? [];
          if (file !== undefined) onFile(file);
        }}
      />
    </div>
  );
}

type Shown = { readonly work: ReturnType<typeof useImport> };

/** What is known in each stage. */
function Standing({ work: { stage, preview, state } }: Shown) {
  if (stage === 'reading') return <p>{text.readingRows(preview?.rows ?? 0)}</p>;
  if (stage === 'importing')
    return <ProgressBar label={text.importTitle} done={state?.rows ?? 0} all={preview?.rows ?? 0} />;
  const counted = stage === 'done' ? state : preview;
  return counted === undefined ? null : <Counts state={counted} />;
}

const Submit = ({ work: { stage, preview, start } }: Shown) =>
  (stage === 'previewed' || stage === 'importing') && (
    <BusyButton disabled={preview?.created === 0} isBusy={stage === 'importing'} onClick={() => void start()}>
      {text.importSubmit(preview?.created ?? 0)}
    </BusyButton>
  );

export function ImportDialog({ onClose }: { readonly onClose: () => void }) {
  const work = useImport();
  const { stage, preview, error, fileName } = work;
  const close = (): void => {
    work.stop();
    onClose();
  };
  const isChoosing = stage === 'choosing' || stage === 'reading';
  return (
    <Dialog title={fileName === '' ? text.importTitle : text.importFile(fileName)} onClose={close} size="lg">
      <Stack gap="sm">
        {isChoosing && <FileField onFile={(file) => void work.read(file)} />}
        {error !== undefined && <ErrorPanel error={error} />}
        <div role="status">
          <Standing work={work} />
        </div>
        {stage === 'previewed' && preview !== undefined && <Rows state={preview} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={close}>
            {stage === 'done' ? uiText.close : uiText.cancel}
          </Button>
          <Submit work={work} />
        </Group>
      </Stack>
    </Dialog>
  );
}
