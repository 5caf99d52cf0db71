import { useRecord } from '../../api/use-records.ts';
import type { HealthView } from '../../api/views.ts';
import { systemText as text } from '../../text/admin.ts';
import { CopyAsCurl } from '../../ui/copy-as-curl.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { Page, Section } from '../../ui/page.tsx';
import { Waiting } from '../../ui/waiting.tsx';
import { CheckList } from './check-list.tsx';
import { Doctor } from './doctor.tsx';
import { QueueTable } from './queue-table.tsx';

const path = '/v1/admin/health';
const REFETCH_MS = 10_000;

function Health() {
  const { data, error, refetch } = useRecord<HealthView>(path, {}, { refetchMs: REFETCH_MS });
  if (error !== null) return <ErrorPanel error={error} retry={() => void refetch()} />;
  if (data === undefined) return <Waiting />;
  return (
    <Section title={data.ok ? text.allGood : text.notGood} actions={<CopyAsCurl path={path} />}>
      <CheckList checks={data.checks} />
      <p>{text.version(data.version)}</p>
    </Section>
  );
}

/** Whether the installation works, and what to do where it does not. */
export const SystemPage = () => (
  <Page title={text.title} lead={text.lead}>
    <Health />
    <Doctor />
    <Section title={text.queues}>
      <QueueTable />
    </Section>
  </Page>
);
