import { useRecords } from '../../api/use-records.ts';
import type { DomainChangeView, DomainView } from '../../api/views.ts';
import { domainStatus, recordPurpose, recordStatus, domainsText as text } from '../../text/domains.ts';
import { Facts } from '../../ui/facts.tsx';
import { ExactMoment } from '../../ui/moment.tsx';
import { Section } from '../../ui/page.tsx';
import { StatusMark } from '../../ui/status-mark.tsx';
import { recordLook } from './domain-look.ts';

const changesOf = ({ records, from_status: from, to_status: to }: DomainChangeView) => (
  <>
    {from !== to && <div>{text.became(domainStatus[from], domainStatus[to])}</div>}
    {records.map(({ purpose, name, to: after }) => (
      <div key={`${purpose}${name}`}>
        <StatusMark {...recordLook[after.status]} text={recordStatus[after.status]} />{' '}
        {recordPurpose[purpose]}
      </div>
    ))}
  </>
);

/** What checks saw change. Nothing is shown while nothing changed. */
export function DomainHistory({ domain }: { readonly domain: Pick<DomainView, 'id'> }) {
  const { data } = useRecords<DomainChangeView>(`/v1/domains/${domain.id}/history`);
  const changes = data?.pages.flatMap((page) => page.data) ?? [];
  if (changes.length === 0) return null;
  return (
    <Section title={text.history}>
      <Facts
        rows={changes.map((change) => [
          <ExactMoment key={change.occurred_at} at={change.occurred_at} />,
          changesOf(change),
        ])}
      />
    </Section>
  );
}
