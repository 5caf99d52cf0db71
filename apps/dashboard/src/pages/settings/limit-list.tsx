import { suspendingRates } from '../../api/suspending-rates.ts';
import { useRecords } from '../../api/use-records.ts';
import type { LimitView, OwnAccountView } from '../../api/views.ts';
import { bytes, plural } from '../../text/number.ts';
import { countedWords, settingsText as text } from '../../text/settings.ts';
import { visible } from '../../text/visible.ts';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { Facts } from '../../ui/facts.tsx';
import { LimitBar } from '../../ui/limit-bar.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Waiting } from '../../ui/waiting.tsx';

const percent = new Intl.NumberFormat('en', { style: 'percent', maximumFractionDigits: 2 });

const rateWords = (rate: number): string =>
  rate >= 1 ? text.neverSuspended : `${percent.format(rate)} ${text.rateHint}`;

const Totals = ({ account }: { readonly account: OwnAccountView }) => {
  const { usage, limits } = account;
  const rates = suspendingRates(account);
  return (
    <Facts
      rows={[
        [
          text.month,
          text.used(
            plural(usage.messages, 'message'),
            plural(usage.recipients, 'recipient'),
            bytes(usage.bytes),
          ),
        ],
        [text.largest, limits.max_message_bytes === null ? undefined : bytes(limits.max_message_bytes)],
        [text.bounceLimit, rateWords(rates.bounced)],
        [text.complaintLimit, rateWords(rates.complained)],
      ]}
    />
  );
};

const wordsOf = ({ used, limit, counts, window }: LimitView): string =>
  text.ofLimit({ used, limit, window, what: countedWords[counts] });

const Bar = ({ state }: { readonly state: LimitView }) => (
  <LimitBar
    words={`${visible(state.subject_name)}: ${wordsOf(state)}, ${text.share(percent.format(state.used / state.limit))}`}
    share={state.used / state.limit}
    more={
      <span>
        {text.resets} <Moment at={state.resets_at} />
      </span>
    }
  />
);

/** Each limit with what is used of it. */
export function LimitList({ account }: { readonly account: OwnAccountView }) {
  const records = useRecords<LimitView>('/v1/limits', { limit: undefined });
  const states = records.data?.pages.flatMap(({ data }) => data);
  return (
    <>
      <Totals account={account} />
      <p>{text.limitsHint}</p>
      {records.error !== null && <ErrorPanel error={records.error} retry={() => void records.refetch()} />}
      {states === undefined && records.error === null && <Waiting />}
      {states?.length === 0 && <p>{text.noLimits}</p>}
      {states?.map((state) => (
        <Bar key={`${state.subject_id}${state.counts}${state.window}`} state={state} />
      ))}
    </>
  );
}
