/** The largest troubles, on the overview. Without one it takes no room. */
import { paths } from '../../paths.ts';
import { attentionText as text } from '../../text/attention.ts';
import { ButtonLink } from '../../ui/button-link.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { Section } from '../../ui/page.tsx';
import css from './attention.module.css';
import { ConcernList } from './concern-list.tsx';
import { GroupLine, groupKey } from './group-card.tsx';
import { useAttention } from './use-attention.ts';

const MAX_SHOWN = 3;

export function AttentionPanel() {
  const { data, error } = useAttention(MAX_SHOWN);
  if (error !== null) return <ErrorPanel error={error} />;
  if (data === undefined || data.groups.length + data.concerns.length === 0) return null;
  return (
    <Section title={text.title} actions={<ButtonLink to={paths.attention}>{text.all}</ButtonLink>}>
      <ConcernList concerns={data.concerns} />
      <ul className={css.lines}>
        {data.groups.map((group) => (
          <li key={groupKey(group)}>
            <GroupLine group={group} />
          </li>
        ))}
      </ul>
    </Section>
  );
}
