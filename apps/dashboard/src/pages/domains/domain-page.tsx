import { Button } from '@mantine/core';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useMay } from '../../api/shown-account.ts';
import { useChange } from '../../api/use-change.ts';
import { useDownload } from '../../api/use-download.ts';
import { useRecord } from '../../api/use-records.ts';
import type { DomainView } from '../../api/views.ts';
import { paths } from '../../paths.ts';
import { domainStatus, domainsText as text } from '../../text/domains.ts';
import { BusyButton } from '../../ui/busy-button.tsx';
import { ConfirmDialog, FormDialog } from '../../ui/dialog.tsx';
import { Note } from '../../ui/empty-state.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Page, Section } from '../../ui/page.tsx';
import { PendingPage } from '../../ui/pending-page.tsx';
import { StatusMark } from '../../ui/status-mark.tsx';
import { Steps } from '../../ui/steps.tsx';
import { DomainHistory } from './domain-history.tsx';
import { DomainHosts } from './domain-hosts.tsx';
import { DomainKeys } from './domain-keys.tsx';
import { domainLook } from './domain-look.ts';
import { pathOf } from './domain-path.ts';
import { RecordCard } from './record-card.tsx';
import { useLiveCheck } from './use-live-check.ts';
import { UsualMistakes } from './usual-mistakes.tsx';

type Shown = { readonly domain: DomainView };
type Opened = 'rotate' | 'remove' | undefined;

/** What is wrong and required comes first. */
const byNeed = (one: DomainView['records'][number], other: DomainView['records'][number]): number =>
  needOf(one) - needOf(other);
const needOf = ({ status, required }: DomainView['records'][number]): number =>
  (status === 'ok' ? 2 : 0) + (required ? 0 : 1);

const wrongOf = ({ records }: DomainView): number => records.filter(({ status }) => status !== 'ok').length;
const isFinished = (domain: DomainView): boolean => wrongOf(domain) === 0;

function WizardSteps({ domain }: Shown) {
  const isVerified = domain.status === 'verified';
  const required = domain.records.filter((record) => record.required);
  const isPublished = required.every(({ status }) => status === 'ok' || status === 'propagating');
  return (
    <Steps
      label={text.steps}
      steps={[
        { text: text.stepAdd, isDone: true },
        { text: text.stepPublish, isDone: isVerified || isPublished },
        { text: text.stepVerify, isDone: isVerified },
        { text: text.stepSend, isDone: false },
      ]}
    />
  );
}

const Records = ({ domain }: Shown) => (
  <Section title={text.publish}>
    <Note>
      {isFinished(domain) ? text.done : `${text.publishLead} ${text.checking}`}
      <div role="status">{isFinished(domain) ? '' : text.wrong(wrongOf(domain))}</div>
    </Note>
    <div style={{ marginTop: 10 }}>
      {domain.records.toSorted(byNeed).map((record) => (
        <RecordCard key={`${record.type} ${record.name} ${record.value}`} record={record} />
      ))}
    </div>
    {!isFinished(domain) && <UsualMistakes domain={domain} />}
  </Section>
);

function Actions({ domain, onOpen }: Shown & { readonly onOpen: (what: Opened) => void }) {
  const verify = useChange<DomainView>({
    done: (after) => (after.status === 'verified' ? text.verified(after.domain) : text.stillMissing),
  });
  const { isBusy, download } = useDownload();
  const zoneFile = (
    <BusyButton
      variant="default"
      isBusy={isBusy}
      onClick={() => download(`${pathOf(domain)}/zonefile`, {}, `${domain.domain}.zone`)}
    >
      {text.zoneFile}
    </BusyButton>
  );
  const mayChange = useMay('developer');
  if (!mayChange) return zoneFile;
  return (
    <>
      <BusyButton
        isBusy={verify.isPending}
        onClick={() => verify.mutate({ path: `${pathOf(domain)}/verify` })}
      >
        {text.verify}
      </BusyButton>
      {zoneFile}
      <Button variant="default" onClick={() => onOpen('rotate')}>
        {text.rotate}
      </Button>
      <Button variant="default" onClick={() => onOpen('remove')}>
        {text.remove}
      </Button>
    </>
  );
}

type DialogProps = Shown & { readonly onClose: () => void };

function RotateDialog({ domain, onClose }: DialogProps) {
  const rotate = useChange({ done: text.rotated, isInPlace: true });
  return (
    <FormDialog
      title={text.rotateTitle}
      submit={text.rotate}
      isBusy={rotate.isPending}
      error={rotate.error}
      onClose={onClose}
      onSubmit={() => rotate.mutate({ path: `${pathOf(domain)}/dkim/rotate` }, { onSuccess: onClose })}
    >
      {text.rotateText}
    </FormDialog>
  );
}

function RemoveDialog({ domain, onClose }: DialogProps) {
  const navigate = useNavigate();
  const remove = useChange({ done: text.removed(domain.domain), isInPlace: true });
  const leave = (): void => void navigate({ to: paths.domains });
  return (
    <ConfirmDialog
      title={text.removeTitle(domain.domain)}
      submit={text.remove}
      word={domain.domain}
      isBusy={remove.isPending}
      error={remove.error}
      onClose={onClose}
      onSubmit={() => remove.mutate({ path: pathOf(domain), method: 'DELETE' }, { onSuccess: leave })}
    >
      {text.removeText}
    </ConfirmDialog>
  );
}

function Loaded({ domain }: Shown) {
  const [opened, setOpened] = useState<Opened>();
  const close = (): void => setOpened(undefined);
  const mayChange = useMay('developer');
  useLiveCheck({ path: pathOf(domain), isWanted: mayChange && !isFinished(domain) });
  return (
    <Page
      title={domain.domain}
      lead={
        <>
          <StatusMark {...domainLook[domain.status]} text={domainStatus[domain.status]} /> {text.checked}{' '}
          <Moment at={domain.checked_at} />
        </>
      }
      actions={<Actions domain={domain} onOpen={setOpened} />}
    >
      {domain.status !== 'verified' && <WizardSteps domain={domain} />}
      <Records domain={domain} />
      <DomainKeys domain={domain} />
      <DomainHosts domain={domain} />
      <DomainHistory domain={domain} />
      {opened === 'rotate' && <RotateDialog domain={domain} onClose={close} />}
      {opened === 'remove' && <RemoveDialog domain={domain} onClose={close} />}
    </Page>
  );
}

/** One sender domain: its records, what DNS shows of them, its keys. */
export function DomainPage() {
  const { id } = useParams({ strict: false }) as { readonly id: string };
  const { data, error, refetch } = useRecord<DomainView>(pathOf({ id: id as DomainView['id'] }));
  if (data !== undefined) return <Loaded domain={data} />;
  return <PendingPage title={text.domain} error={error} retry={refetch} />;
}
