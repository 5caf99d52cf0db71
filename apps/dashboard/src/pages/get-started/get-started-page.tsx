import { useQueryClient } from '@tanstack/react-query';
import type { List } from '@waybill/contract/list';
import { useLive } from '../../api/live/use-live.ts';
import { useRecord } from '../../api/use-records.ts';
import type { DomainView, MessageSummaryView, OwnAccountView } from '../../api/views.ts';
import { paths } from '../../paths.ts';
import { getStartedText as text } from '../../text/get-started.ts';
import { ButtonLink } from '../../ui/button-link.tsx';
import { Note } from '../../ui/empty-state.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { Page, Section } from '../../ui/page.tsx';
import { Waiting } from '../../ui/waiting.tsx';
import { ConnectApp } from './connect-app.tsx';
import css from './get-started-page.module.css';
import { SendStep } from './send-step.tsx';
import { doneSteps, mayTick, nextStep } from './steps.ts';
import { StepsList } from './steps-list.tsx';

/** What is read again when an event came. A list is asked for one row: it is there or not. */
function useFacts() {
  const account = useRecord<OwnAccountView>('/v1/account');
  const newest = useRecord<List<MessageSummaryView>>('/v1/messages', { limit: 1 });
  const delivered = useRecord<List<MessageSummaryView>>('/v1/messages', { limit: 1, status: 'delivered' });
  const domains = useRecord<List<DomainView>>('/v1/domains', { limit: 100 });
  const error = account.error ?? newest.error ?? delivered.error ?? domains.error;
  const facts =
    account.data && newest.data && delivered.data && domains.data
      ? {
          account: account.data,
          newest: newest.data.data[0],
          delivered: delivered.data.data[0],
          domains: domains.data.data,
        }
      : undefined;
  return { facts, error };
}

type Facts = NonNullable<ReturnType<typeof useFacts>['facts']>;

const ArriveStep = ({
  newest,
  isSandbox,
}: {
  readonly newest: Facts['newest'];
  readonly isSandbox: boolean;
}) => (
  <>
    <p>{text.arriveText}</p>
    <div className={css.actions}>
      {newest !== undefined && <ButtonLink to={paths.message(newest.id)}>{text.openMessage}</ButtonLink>}
      {isSandbox && <ButtonLink to={paths.sandbox}>{text.openSandbox}</ButtonLink>}
    </div>
  </>
);

const DomainStep = () => (
  <>
    <p>{text.domainText}</p>
    <div className={css.actions}>
      <ButtonLink to={paths.domains}>{text.toDomains}</ButtonLink>
    </div>
  </>
);

const DnsStep = ({ domains }: Pick<Facts, 'domains'>) => (
  <>
    <p>{text.dnsText}</p>
    <div className={css.actions}>
      {domains.map(({ id, domain }) => (
        <ButtonLink key={id} to={paths.domain(id)}>
          {text.toDomain(domain)}
        </ButtonLink>
      ))}
    </div>
  </>
);

/** The domain that mail is accepted from now, else the one that it will be. */
const senderOf = (domains: Facts['domains']): string | undefined => {
  const domain = domains.find(({ status }) => status === 'verified') ?? domains[0];
  return domain === undefined ? undefined : `app@${domain.domain}`;
};

function Loaded({ facts }: { readonly facts: Facts }) {
  const { account, newest, domains } = facts;
  const isSandbox = account.effective_delivery_mode === 'sandbox';
  const from = senderOf(domains);
  const done = doneSteps(facts);
  return (
    <>
      {nextStep(done) === undefined && <Note>{text.allDone}</Note>}
      <StepsList
        done={done}
        bodies={{
          send: <SendStep from={from} isSandbox={isSandbox} />,
          arrive: <ArriveStep newest={newest} isSandbox={isSandbox} />,
          domain: <DomainStep />,
          dns: <DnsStep domains={domains} />,
          live: <p>{isSandbox ? text.liveSandbox : text.liveText}</p>,
        }}
      />
      <Section title={text.connect}>
        <ConnectApp smtp={account.smtp} from={from} />
      </Section>
    </>
  );
}

/** From a new account to mail in a real mailbox, and how programs submit. */
export function GetStartedPage() {
  const client = useQueryClient();
  const { facts, error } = useFacts();
  useLive(({ events, isAnew }) => {
    const done = facts && doneSteps(facts);
    const isNews = done === undefined || events.some(({ type }) => mayTick(type, done));
    if (isAnew || isNews) void client.invalidateQueries();
  });
  return (
    <Page title={text.title} lead={text.lead}>
      {error !== null && <ErrorPanel error={error} retry={() => void client.invalidateQueries()} />}
      {facts === undefined && error === null && <Waiting />}
      {facts !== undefined && <Loaded facts={facts} />}
    </Page>
  );
}
