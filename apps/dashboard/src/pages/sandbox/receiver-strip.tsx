/** DKIM, SPF, DMARC and List-Unsubscribe of a received message, each as a sentence. */
import { useRecord } from '../../api/use-records.ts';
import type { SandboxChecksView, SandboxMessageDetailView } from '../../api/views.ts';
import { receiverText as text } from '../../text/sandbox.ts';
import { visible } from '../../text/visible.ts';
import { Facts } from '../../ui/facts.tsx';
import type { IconName } from '../../ui/icon.tsx';
import { Section } from '../../ui/page.tsx';
import { StatusMark, type Tone } from '../../ui/status-mark.tsx';
import { receiverChecksOf } from './receiver-checks.ts';

const icons: Readonly<Record<Tone, IconName>> = { good: 'done', busy: 'flag', bad: 'cross', calm: 'dash' };

export function ReceiverStrip({ message }: { readonly message: SandboxMessageDetailView }) {
  const { data, error } = useRecord<SandboxChecksView>(`/v1/sandbox/messages/${message.id}/checks`);
  const signatures = error === null ? data?.signatures : null;
  return (
    <Section title={text.title}>
      <Facts
        rows={receiverChecksOf(message, signatures).map(({ name, tone, sentence }) => [
          <StatusMark key={name} tone={tone} icon={icons[tone]} text={name} />,
          visible(sentence),
        ])}
      />
    </Section>
  );
}
