/** One trouble: how much mail, where, why, since when, what was done, and the one thing to do. */
import { Link } from '@tanstack/react-router';
import { paths } from '../../paths.ts';
import { actionText, attentionText as text } from '../../text/attention.ts';
import { visible } from '../../text/visible.ts';
import { ButtonLink } from '../../ui/button-link.tsx';
import { DeliveryStatus } from '../../ui/delivery-status.tsx';
import { Facts } from '../../ui/facts.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Quote } from '../../ui/verbatim.tsx';
import css from './attention.module.css';
import { type Group, messagesOf, targetOfGroup } from './attention-targets.ts';

export const groupKey = ({ status, provider, category, code, domain }: Group): string =>
  [status, provider, category, code, domain].join(' ');

/** `other` names no provider. */
const serverOf = (provider: string | null): string | undefined => {
  if (provider === 'other') return undefined;
  return provider === null ? text.noServer : text.at(provider);
};

const whyOf = ({ provider, category, code }: Group): string =>
  [serverOf(provider), category?.replaceAll('_', ' '), code].filter(Boolean).join(' · ');

/** What and where, with a link to the mail itself. */
export function GroupLine({ group }: { readonly group: Group }) {
  const mail = messagesOf(group);
  return (
    <>
      <DeliveryStatus status={group.status} />
      <h3>
        <Link to={mail.to} search={mail.search as never}>
          {text.deliveries(group.count)}
        </Link>{' '}
        {text.to} {visible(group.domain)}
      </h3>
      <span className={css.soft}>{visible(whyOf(group))}</span>
    </>
  );
}

const Example = ({ example }: { readonly example: NonNullable<Group['example']> }) => (
  <Link to={paths.message(example.message_id)}>{visible(example.recipient)}</Link>
);

export function GroupCard({ group }: { readonly group: Group }) {
  const { example, since, done, advice, action } = group;
  const target = targetOfGroup(group);
  const reply = example?.reply ?? example?.reason ?? undefined;
  return (
    <section className={css.group} aria-label={`${text.deliveries(group.count)} ${text.to} ${group.domain}`}>
      <div className={css.head}>
        <GroupLine group={group} />
        <span className={css.spring} />
        <ButtonLink to={target.to} search={target.search}>
          {actionText[action]}
        </ButtonLink>
      </div>
      <Facts
        rows={[
          [text.advice, advice],
          [text.did, done],
          [text.reply, reply === undefined ? undefined : <Quote key="reply" text={reply} />],
          [text.example, example === null ? undefined : <Example key="example" example={example} />],
          [text.since, <Moment key="since" at={since} />],
        ]}
      />
    </section>
  );
}
