/** The usual mistakes in DNS panels by name, with the names of this domain. A check names the one that it finds beside the record. */
import type { DomainView } from '../../api/views.ts';
import { domainsText as text } from '../../text/domains.ts';
import { type Fact, Facts } from '../../ui/facts.tsx';
import css from './record-card.module.css';

function mistakesOf({
  domain,
  dkim_record: dkimRecord,
  records,
  return_path: path,
}: DomainView): readonly Fact[] {
  const keys = records.filter(({ purpose, required }) => purpose === 'dkim' && required);
  const names = keys.map(({ name }) => name).join(', ');
  const ofAlias: readonly Fact[] = [
    [text.proxyName, text.proxyText],
    [text.flatName, text.flatText],
  ];
  return [
    [text.twiceName, text.twiceText(domain)],
    [text.selectorName, text.selectorText(names)],
    ...(records.some(({ type }) => type === 'CNAME') ? ofAlias : []),
    [text.twoName, text.twoText(path.host)],
    ...(dkimRecord === 'txt' ? [[text.cutName, text.cutText] as const] : []),
    [text.waitName, text.waitText],
  ];
}

export const UsualMistakes = ({ domain }: { readonly domain: DomainView }) => (
  <details className={css.servers}>
    <summary>{text.mistakes}</summary>
    <Facts rows={mistakesOf(domain)} />
  </details>
);
