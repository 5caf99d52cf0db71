/** Why nothing is sent to an address: each suppression with its reason, its evidence and since when it holds. */
import type { List } from '@waybill/contract/list';
import { useRecord } from '../../api/use-records.ts';
import type { SuppressionView } from '../../api/views.ts';
import { recipientText as text } from '../../text/recipient.ts';
import { suppressionReason } from '../../text/suppressions.ts';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { Facts } from '../../ui/facts.tsx';
import { ExactMoment } from '../../ui/moment.tsx';
import { Section } from '../../ui/page.tsx';
import { Waiting } from '../../ui/waiting.tsx';
import { Evidence } from '../suppressions/suppression-columns.tsx';

const OneSuppression = ({ row }: { readonly row: SuppressionView }) => (
  <Facts
    rows={[
      [text.reason, suppressionReason[row.reason]],
      [text.evidence, <Evidence key="evidence" row={row} />],
      [text.since, <ExactMoment key="since" at={row.created_at} />],
      [text.until, row.expires_at && <ExactMoment key="until" at={row.expires_at} />],
      [text.scope, row.stream_id ?? text.wholeAccount],
    ]}
  />
);

export function WhySuppressed({ address }: { readonly address: string }) {
  const path = `/v1/suppressions/${encodeURIComponent(address)}`;
  const { data, error, refetch } = useRecord<List<SuppressionView>>(path);
  return (
    <Section title={text.whySuppressed}>
      {error !== null && <ErrorPanel error={error} retry={() => void refetch()} />}
      {data === undefined && error === null && <Waiting />}
      {data?.data.map((row) => (
        <OneSuppression key={row.id} row={row} />
      ))}
    </Section>
  );
}
