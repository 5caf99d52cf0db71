import { useRecord } from '../../api/use-records.ts';
import type { HealthView } from '../../api/views.ts';
import { systemText as text } from '../../text/admin.ts';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { Page, Section } from '../../ui/page.tsx';
import { StatusMark } from '../../ui/status-mark.tsx';
import { Waiting } from '../../ui/waiting.tsx';
import { QueueTable } from './queue-table.tsx';
import css from './system-page.module.css';

const REFETCH_MS = 10_000;

type Check = HealthView['checks'][number];

const CheckRow = ({ name, ok, sentence, fix }: Check) => (
  <li className={css.check}>
    <StatusMark tone={ok ? 'good' : 'bad'} icon={ok ? 'done' : 'cross'} text={name} />
    <div>
      {sentence}
      {!ok && fix !== null && (
        <p className={css.fix}>
          <b>{text.fix}:</b> {fix}
        </p>
      )}
    </div>
  </li>
);

const byTrouble = (one: Check, other: Check): number => Number(one.ok) - Number(other.ok);

function Health() {
  const { data, error, refetch } = useRecord<HealthView>('/v1/admin/health', {}, { refetchMs: REFETCH_MS });
  if (error !== null) return <ErrorPanel error={error} retry={() => void refetch()} />;
  if (data === undefined) return <Waiting />;
  return (
    <Section title={data.ok ? text.allGood : text.notGood}>
      <ul className={css.checks}>
        {data.checks.toSorted(byTrouble).map((check) => (
          <CheckRow key={check.name} {...check} />
        ))}
      </ul>
      <p>{text.version(data.version)}</p>
    </Section>
  );
}

/** Whether the installation works, and what to do where it does not. */
export const SystemPage = () => (
  <Page title={text.title} lead={text.lead}>
    <Health />
    <Section title={text.queues}>
      <QueueTable />
    </Section>
  </Page>
);
