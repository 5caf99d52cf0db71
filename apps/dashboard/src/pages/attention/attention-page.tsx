import type { AttentionView } from '../../api/views.ts';
import { attentionText as text } from '../../text/attention.ts';
import { CopyAsCurl } from '../../ui/copy-as-curl.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { Page, Section } from '../../ui/page.tsx';
import { Waiting } from '../../ui/waiting.tsx';
import { ConcernList } from './concern-list.tsx';
import { GroupCard, groupKey } from './group-card.tsx';
import { useAttention } from './use-attention.ts';

const MAX_SHOWN = 100;

function Loaded({ attention: { groups, concerns, others } }: { readonly attention: AttentionView }) {
  if (groups.length + concerns.length === 0)
    return <EmptyState title={text.emptyTitle} text={text.emptyText} />;
  return (
    <>
      {concerns.length > 0 && (
        <Section title={text.concerns}>
          <ConcernList concerns={concerns} />
        </Section>
      )}
      {groups.length > 0 && (
        <Section title={text.groups}>
          {groups.map((group) => (
            <GroupCard key={groupKey(group)} group={group} />
          ))}
          {others > 0 && <p>{text.others(others)}</p>}
        </Section>
      )}
    </>
  );
}

/** What went wrong, why, and the one thing to do about each. */
export function AttentionPage() {
  const { data, error, refetch } = useAttention(MAX_SHOWN);
  return (
    <Page
      title={text.title}
      lead={text.lead}
      actions={<CopyAsCurl path="/v1/stats/attention" query={{ limit: MAX_SHOWN }} />}
    >
      {error !== null && <ErrorPanel error={error} retry={() => void refetch()} />}
      {data === undefined && error === null && <Waiting />}
      {data !== undefined && <Loaded attention={data} />}
    </Page>
  );
}
