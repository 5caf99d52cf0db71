/** The hosts that stand under the name of the domain: where bounces come back, and what links and pixels use. */
import { Button, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useMay } from '../../api/shown-account.ts';
import { useChange } from '../../api/use-change.ts';
import type { DomainView } from '../../api/views.ts';
import { domainStatus, domainsText as text } from '../../text/domains.ts';
import { CopyableId } from '../../ui/copy-button.tsx';
import { FormDialog } from '../../ui/dialog.tsx';
import { Facts } from '../../ui/facts.tsx';
import { Section } from '../../ui/page.tsx';
import { StatusMark } from '../../ui/status-mark.tsx';
import { domainLook } from './domain-look.ts';
import { pathOf } from './domain-path.ts';

type Shown = { readonly domain: DomainView };

type HostProps = {
  readonly host: string;
  readonly status: DomainView['status'];
  readonly label: string;
  readonly words: string;
};

const Host = ({ host, status, label, words }: HostProps) => (
  <>
    <CopyableId id={host} label={label} /> <StatusMark {...domainLook[status]} text={domainStatus[status]} />
    <div>{words}</div>
  </>
);

function TrackingDialog({ domain, onClose }: Shown & { readonly onClose: () => void }) {
  const [host, setHost] = useState(domain.tracking?.host ?? '');
  const save = useChange({ done: text.trackingSaved, isInPlace: true });
  const body = { tracking_host: host === '' ? null : host };
  return (
    <FormDialog
      title={text.trackingTitle}
      submit={text.setTracking}
      isBusy={save.isPending}
      error={save.error}
      onClose={onClose}
      onSubmit={() => save.mutate({ path: pathOf(domain), method: 'PATCH', body }, { onSuccess: onClose })}
    >
      <TextInput
        data-autofocus
        label={text.tracking}
        description={text.trackingHint(domain.domain)}
        value={host}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => setHost(event.currentTarget.value.trim())}
      />
    </FormDialog>
  );
}

export function DomainHosts({ domain }: Shown) {
  const [isOpen, setOpen] = useState(false);
  const { return_path: returnPath, tracking } = domain;
  const change = useMay('developer') && (
    <Button variant="default" onClick={() => setOpen(true)}>
      {text.setTracking}
    </Button>
  );
  return (
    <Section title={text.hosts} actions={change}>
      <Facts
        rows={[
          [
            text.returnPath,
            <Host
              key="return"
              {...returnPath}
              label={text.returnPath}
              words={returnPath.status === 'verified' ? text.returnPathOwn : text.returnPathPlatform}
            />,
          ],
          [
            text.tracking,
            tracking === null ? (
              text.noTracking
            ) : (
              <Host
                key="tracking"
                {...tracking}
                label={text.tracking}
                words={tracking.status === 'verified' ? text.trackingOwn : text.trackingPlatform}
              />
            ),
          ],
        ]}
      />
      {isOpen && <TrackingDialog domain={domain} onClose={() => setOpen(false)} />}
    </Section>
  );
}
