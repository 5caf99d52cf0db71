import { useRecords } from '../../api/use-records.ts';
import type { DomainChangeView, DomainView } from '../../api/views.ts';
import {
  domainStatus,
  recordPurpose,
  recordStatusInSentence as statusWord,
  domainsText as text,
} from '../../text/domains.ts';
import { uiText } from '../../text/ui.ts';
import { visible } from '../../text/visible.ts';
import { BusyButton } from '../../ui/busy-button.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { ExportMenu } from '../../ui/export-menu.tsx';
import { Facts } from '../../ui/facts.tsx';
import { ExactMoment } from '../../ui/moment.tsx';
import { Section } from '../../ui/page.tsx';
import { Quote } from '../../ui/verbatim.tsx';
import { pathOf } from './domain-path.ts';

type Change = DomainChangeView['records'][number];

function sentenceOf({ purpose, name, from, to }: Change): string {
  const record = `${recordPurpose[purpose]} (${visible(name)})`;
  if (from === null) return text.first(record, statusWord[to.status]);
  if (from.status === to.status) return text.otherValue(record, statusWord[to.status]);
  return text.changed(record, statusWord[from.status], statusWord[to.status]);
}

const Found = ({ found }: Change['to']) =>
  found.length === 0 ? (
    text.nothingFound
  ) : (
    <>
      {text.foundThen}
      {found.map((value) => (
        <Quote key={value} text={value} />
      ))}
    </>
  );

const Sentence = ({ change }: { readonly change: Change }) => (
  <div>
    {sentenceOf(change)} {change.to.status !== 'ok' && <Found {...change.to} />}
  </div>
);

const changesOf = ({ records, from_status: from, to_status: to }: DomainChangeView) => (
  <>
    {from !== to && <div>{text.became(domainStatus[from], domainStatus[to])}</div>}
    {records.map((change) => (
      <Sentence key={`${change.purpose}${change.type}${change.name}`} change={change} />
    ))}
  </>
);

/** What checks saw change, as sentences. */
export function DomainHistory({ domain }: { readonly domain: Pick<DomainView, 'id'> }) {
  const path = `${pathOf(domain)}/history`;
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } =
    useRecords<DomainChangeView>(path);
  const changes = data?.pages.flatMap((page) => page.data) ?? [];
  return (
    <Section title={text.history} actions={changes.length > 0 && <ExportMenu path={path} />}>
      {error !== null && <ErrorPanel error={error} retry={() => void refetch()} />}
      {data !== undefined && changes.length === 0 && <p>{text.noHistory}</p>}
      <Facts
        rows={changes.map((change) => [
          <ExactMoment key={change.occurred_at} at={change.occurred_at} />,
          changesOf(change),
        ])}
      />
      {hasNextPage && (
        <BusyButton variant="default" isBusy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {uiText.loadMore}
        </BusyButton>
      )}
    </Section>
  );
}
