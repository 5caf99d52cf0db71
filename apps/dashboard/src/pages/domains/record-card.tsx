/** One DNS record: what to publish, what was found, and what is wrong. */
import type { DnsRecordView } from '@waybill/contract/domain';
import { recordPurpose, recordStatus, domainsText as text } from '../../text/domains.ts';
import { visible } from '../../text/visible.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { type Fact, Facts } from '../../ui/facts.tsx';
import { ExactMoment } from '../../ui/moment.tsx';
import { StatusMark } from '../../ui/status-mark.tsx';
import { recordLook } from './domain-look.ts';
import css from './record-card.module.css';
import { shortNameOf } from './short-name.ts';

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

type CardProps = { readonly record: DnsRecordView; readonly domain: string };

function rowsOf({ record, domain }: CardProps): readonly Fact[] {
  const { type, name, value, status, wanted_until: until } = record;
  const short = shortNameOf(name, domain);
  const isWrong = status === 'missing' || status === 'mismatch';
  return [
    [text.type, <code key="type">{type}</code>],
    [text.name, <Value key="name" value={name} label={text.name} />],
    [
      text.shortName,
      short === undefined ? undefined : <Value key="short" value={short} label={text.shortName} />,
    ],
    [text.value, <Value key="value" value={value} label={text.value} />],
    [text.found, isWrong ? <Found key="found" found={record.found} /> : undefined],
    [text.wantedUntil, until === null ? undefined : <ExactMoment key="until" at={until} />],
  ];
}

export const RecordCard = ({ record, domain }: CardProps) => (
  <section className={css.card} aria-label={`${recordPurpose[record.purpose]}, ${record.name}`}>
    <div className={css.head}>
      <StatusMark {...recordLook[record.status]} text={recordStatus[record.status]} />
      <h3>{recordPurpose[record.purpose]}</h3>
      <span className={css.need}>{record.required ? text.required : text.optional}</span>
    </div>
    <Facts rows={rowsOf({ record, domain })} />
    {record.hint !== null && record.status !== 'ok' && <p className={css.hint}>{visible(record.hint)}</p>}
  </section>
);
