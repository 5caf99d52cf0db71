/** The checks of `waybill doctor`, run when an operator asks for them. */
import { systemText as text } from '../../text/admin.ts';
import { BusyButton } from '../../ui/busy-button.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { Section } from '../../ui/page.tsx';
import { ProgressBar } from '../../ui/progress-bar.tsx';
import { CheckList } from './check-list.tsx';
import { type DoctorState, useDoctor } from './use-doctor.ts';

function Standing({ stage, names, results }: DoctorState) {
  if (stage === 'idle') return <p>{text.doctorLead}</p>;
  const current = names[results.length];
  const failed = results.filter(({ ok }) => !ok).length;
  return (
    <div role="status">
      {stage === 'running' && current !== undefined && (
        <p>{text.doctorRunning(current, results.length + 1, names.length)}</p>
      )}
      {stage === 'done' && results.length > 0 && <p>{text.doctorDone(results.length, failed)}</p>}
    </div>
  );
}

export function Doctor() {
  const { run, ...state } = useDoctor();
  const { stage, names, results, error } = state;
  return (
    <Section
      title={text.doctor}
      actions={
        <BusyButton variant="default" isBusy={stage === 'running'} onClick={run}>
          {stage === 'idle' ? text.doctorRun : text.doctorAgain}
        </BusyButton>
      }
    >
      <Standing {...state} />
      {stage === 'running' && (
        <ProgressBar label={text.doctor} done={results.length} all={Math.max(names.length, 1)} />
      )}
      {error !== undefined && <ErrorPanel error={error} retry={run} />}
      {results.length > 0 && <CheckList checks={results} />}
    </Section>
  );
}
