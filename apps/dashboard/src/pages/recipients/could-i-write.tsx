/** Asks what would become of a message to this address now. Nothing is sent. */
import { useMutation } from '@tanstack/react-query';
import { useAccountId } from '../../api/account-id.ts';
import { request } from '../../api/request.ts';
import type { ExplanationView } from '../../api/views.ts';
import { recipientText as text } from '../../text/recipient.ts';
import { visible } from '../../text/visible.ts';
import { BusyButton } from '../../ui/busy-button.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { type Fact, Facts } from '../../ui/facts.tsx';
import { Section } from '../../ui/page.tsx';
import { StatusMark } from '../../ui/status-mark.tsx';

type Route = NonNullable<ExplanationView['deliveries'][number]['route']>;

const routeText = ({ hosts, problem }: Route): string =>
  problem ?? hosts.map(({ host, port, tls }) => `${host}:${port} (${tls})`).join(', ');

/** What a submission would be answered, or what would become of the copy. */
function factsOf({ refusal, from, stream, deliveries, gates }: ExplanationView): readonly Fact[] {
  const [delivery] = deliveries;
  const passed = gates.filter(({ passes }) => passes).map(({ name }) => name);
  return [
    [text.refusal, refusal === null ? undefined : <code key="code">{refusal.code}</code>],
    [text.refusalDetail, refusal === null ? undefined : visible(refusal.detail ?? refusal.title)],
    [text.fix, refusal?.fix],
    [text.reason, delivery === undefined ? undefined : visible(delivery.reason)],
    [text.from, visible(from)],
    [text.stream, stream === null ? undefined : visible(stream.name)],
    [text.route, delivery?.route ? visible(routeText(delivery.route)) : undefined],
    [text.passed, passed.length === 0 ? undefined : passed.join(', ')],
  ];
}

/** A copy that is stopped after acceptance does not leave either. */
const wouldLeave = ({ would_accept: accepts, deliveries }: ExplanationView): boolean =>
  accepts &&
  deliveries.every(({ status, route }) => status === 'queued' && (route?.problem ?? null) === null);

export function CouldIWrite({ address }: { readonly address: string }) {
  const account = useAccountId();
  const ask = useMutation({
    mutationFn: () =>
      request<ExplanationView>('/v1/explain', {
        method: 'POST',
        account,
        body: { to: [address], subject: text.probeSubject, text: text.probeText },
      }),
  });
  return (
    <Section
      title={text.couldWrite}
      actions={
        <BusyButton variant="default" isBusy={ask.isPending} onClick={() => ask.mutate()}>
          {text.ask}
        </BusyButton>
      }
    >
      <div role="status">
        {ask.error !== null && <ErrorPanel error={ask.error} />}
        {ask.data === undefined && ask.error === null && <p>{text.couldWriteLead}</p>}
        {ask.data !== undefined && (
          <>
            {wouldLeave(ask.data) ? (
              <StatusMark tone="good" icon="done" text={text.wouldLeave} />
            ) : (
              <StatusMark tone="bad" icon="cross" text={text.wouldNotLeave} />
            )}
            <Facts rows={factsOf(ask.data)} />
          </>
        )}
      </div>
    </Section>
  );
}
