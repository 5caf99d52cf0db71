/** What happened to one recipient's copy, in sentences; the reply word for word and the whole conversation are one click away. */
import type { TraceView } from '../../api/views.ts';
import { messageText as text } from '../../text/message.ts';
import { statusText } from '../../text/status.ts';
import { visible } from '../../text/visible.ts';
import { durationText } from '../../time/format-time.ts';
import { type Fact, Facts } from '../../ui/facts.tsx';
import { Icon } from '../../ui/icon.tsx';
import { ExactMoment } from '../../ui/moment.tsx';
import { Quote } from '../../ui/verbatim.tsx';
import { lookOfEntry } from './entry-look.ts';
import css from './timeline.module.css';

type Entry = TraceView['entries'][number];
type Attempt = TraceView['deliveries'][number]['history'][number];

type TimelineProps = { readonly entries: readonly Entry[]; readonly attempts: readonly Attempt[] };

const attemptOf = ({ kind, step }: Entry, attempts: readonly Attempt[]): Attempt | undefined =>
  kind === 'attempt' ? attempts.find(({ number }) => step === `attempt ${number}`) : undefined;

const titleOf = ({ kind, step, what }: Entry): string => {
  if (kind === 'account') return `Account decided by ${what}`;
  if (kind === 'attempt') return `${step.charAt(0).toUpperCase()}${step.slice(1)}: ${what}`;
  if (kind === 'session') return `Accepted over ${step.toUpperCase()}`;
  return statusText[what as keyof typeof statusText] ?? `${what.charAt(0).toUpperCase()}${what.slice(1)}`;
};

export const Timeline = ({ entries, attempts }: TimelineProps) => (
  <ol className={css.list}>
    {entries.map((entry) => {
      const { tone, icon } = lookOfEntry(entry);
      const attempt = attemptOf(entry, attempts);
      return (
        <li key={`${entry.at}${entry.kind}${entry.step}${entry.what}${entry.reason}`} className={css.item}>
          <span className={`${css.dot} ${css[tone]}`}>
            <Icon name={icon} size={12} />
          </span>
          <div className={css.head}>
            <b>{visible(titleOf(entry))}</b>
            {entry.at !== null && <ExactMoment at={entry.at} />}
          </div>
          <p className={css.reason}>{visible(entry.reason ?? '')}</p>
          {attempt !== undefined && <AttemptMore attempt={attempt} />}
        </li>
      );
    })}
  </ol>
);

const tlsText = (tls: Attempt['tls']): string | undefined => {
  if (tls === null) return undefined;
  const parts = ['protocol', 'cipher', 'policy', 'verified'].flatMap((name) =>
    tls[name] === undefined || tls[name] === null ? [] : [`${name} ${String(tls[name])}`],
  );
  return parts.length === 0 ? undefined : parts.join(', ');
};

const tookText = ({ started_at: start, ended_at: end }: Attempt): string | undefined =>
  end === null ? undefined : durationText(Date.parse(end) - Date.parse(start));

const hostText = ({ host, ip, port }: Attempt): string | undefined =>
  host === null && ip === null
    ? undefined
    : `${host ?? ''} ${ip === null ? '' : `[${ip}]:${port ?? 25}`}`.trim();

const replyLine = ({ reply }: Attempt) =>
  reply === null ? undefined : <Quote text={`${reply.code} ${reply.enhanced_code ?? ''} ${reply.text}`} />;

function AttemptMore({ attempt }: { readonly attempt: Attempt }) {
  const { category, party, transcript } = attempt;
  const rows: readonly Fact[] = [
    [text.reply, replyLine(attempt)],
    [text.host, hostText(attempt)],
    [text.tls, tlsText(attempt.tls)],
    [text.duration, tookText(attempt)],
    [text.classified, category === null ? undefined : [category, party].filter(Boolean).join(', ')],
  ];
  return (
    <div className={css.more}>
      <Facts rows={rows} />
      {transcript.length > 0 && (
        <details className={css.more}>
          <summary>{text.conversation}</summary>
          <Conversation lines={transcript} />
        </details>
      )}
    </div>
  );
}

const speakers = { client: text.client, server: text.server, note: text.note } as const;

const Conversation = ({ lines }: { readonly lines: Attempt['transcript'] }) => (
  // biome-ignore lint/a11y/noNoninteractiveTabindex: a block that scrolls must take the focus. WCAG 2.2 §2.1.1
  <section className={css.talk} tabIndex={0} aria-label={text.conversation}>
    <table>
      <tbody>
        {lines.map(({ at, from, text: said }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines of a finished conversation never move
          <tr key={index} className={css[from] ?? ''}>
            <th scope="row">{`${at} ms`}</th>
            <td>{speakers[from]}</td>
            <td>{visible(said)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  </section>
);
