import { useRecord } from '../../api/use-records.ts';
import type { AdminAccountView, UsageView } from '../../api/views.ts';
import { accountsText as text } from '../../text/admin.ts';
import { bytes, count, plural } from '../../text/number.ts';
import { countedWords, settingsText } from '../../text/settings.ts';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { LimitBar } from '../../ui/limit-bar.tsx';
import { Section } from '../../ui/page.tsx';
import { Waiting } from '../../ui/waiting.tsx';

type UsageProps = { readonly account: AdminAccountView };

/** What the account sent this month and today, beside its limits. */
export function AccountUsage({ account: { id, limits } }: UsageProps) {
  const { data, error, refetch } = useRecord<UsageView>(`/v1/admin/accounts/${id}/usage`);
  if (data === undefined)
    return (
      <Section title={text.usage}>
        {error === null ? <Waiting /> : <ErrorPanel error={error} retry={() => void refetch()} />}
      </Section>
    );
  const today = data.days.find(({ date }) => date === data.to)?.recipients ?? 0;
  const bars = [
    ['day', today, limits.per_day],
    ['month', data.recipients, limits.per_month],
  ] as const;
  return (
    <Section title={text.usage}>
      <p>
        {settingsText.month}:{' '}
        {settingsText.used(
          plural(data.messages, 'message'),
          plural(data.recipients, 'recipient'),
          bytes(data.bytes),
        )}
      </p>
      {bars.map(([window, used, limit]) => {
        const words =
          limit === null
            ? text.usedWithoutLimit(count(used), window)
            : settingsText.ofLimit({ used, limit, window, what: countedWords.recipients });
        return limit === null ? (
          <p key={window}>{words}</p>
        ) : (
          <LimitBar key={window} words={words} share={used / limit} />
        );
      })}
    </Section>
  );
}
