/** One DNS record: what to publish, what was found, and what is wrong. */
import type { DnsRecordView } from '../../api/views.ts';
import { recordPurpose, recordStatus, domainsText as text } from '../../text/domains.ts';
import { visible } from '../../text/visible.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { type Fact, Facts } from '../../ui/facts.tsx';
import { ExactMoment } from '../../ui/moment.tsx';
import { StatusMark } from '../../ui/status-mark.tsx';
import { recordLook } from './domain-look.ts';
import css from './record-card.module.css';

const Value = ({ value, label }: { readonly value: string; readonly label: string }) => (
  <span className={css.value}>
    <code>{value}</code>
    <CopyButton text={value} label={label} />
  </span>
);

const Found = ({ found }: Pick<DnsRecordView, 'found'>) =>
  found.length === 0
    ? text.foundNothing
    : found.map((value) => (
        <div key={value}>
          <code>{visible(value)}</code>
        </div>
      ));

type CardProps = { readonly record: DnsRecordView };

function rowsOf({ type, name, value, status, found, ...record }: DnsRecordView): readonly Fact[] {
  const { host_relative: short, wanted_until: until } = record;
  const isWrong = status === 'missing' || status === 'mismatch';
  return [
    [text.type, <code key="type">{type}</code>],
    [text.name, <Value key="name" value={name} label={text.name} />],
    [text.shortName, short === null ? undefined : <Value key="short" value={short} label={text.shortName} />],
    [text.value, <Value key="value" value={value} label={text.value} />],
    [text.found, isWrong ? <Found key="found" found={found} /> : undefined],
    [text.wantedUntil, until === null ? undefined : <ExactMoment key="until" at={until} />],
  ];
}

const Servers = ({ servers }: Pick<DnsRecordView, 'servers'>) =>
  servers.length > 0 && (
    <details className={css.servers}>
      <summary>{text.servers}</summary>
      <Facts
        rows={servers.map(({ server, status, ttl_seconds: ttl }) => [
          <code key={server}>{server}</code>,
          <>
            <StatusMark {...recordLook[status]} text={recordStatus[status]} />
            {ttl !== null && ` ${text.cached(ttl)}`}
          </>,
        ])}
      />
    </details>
  );

export const RecordCard = ({ record }: CardProps) => (
  <section className={css.card} aria-label={`${recordPurpose[record.purpose]}, ${record.name}`}>
    <div className={css.head}>
      <StatusMark {...recordLook[record.status]} text={recordStatus[record.status]} />
      <h3>{recordPurpose[record.purpose]}</h3>
      <span className={css.need}>{record.required ? text.required : text.optional}</span>
    </div>
    <Facts rows={rowsOf(record)} />
    {record.hint !== null && record.status !== 'ok' && <p className={css.hint}>{visible(record.hint)}</p>}
    <Servers servers={record.servers} />
  </section>
);
