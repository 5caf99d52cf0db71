/** Clicks of one message by link. */
import type { EventView } from '../../api/views.ts';

export type Link = { readonly url: string; readonly text: string };
export type Clicks = { readonly human: number; readonly proxy: number; readonly bot: number };
export type ClickedLink = Link & Clicks;

type Clicked = Pick<EventView, 'type' | 'detail'>;

/** A prefetch counts as a proxy, as in the statistics. */
function kindOf({ detail }: Clicked): keyof Clicks {
  const kind = (detail.agent as { readonly kind?: unknown } | null | undefined)?.kind;
  if (kind === 'bot') return 'bot';
  return kind === 'proxy' || kind === 'prefetch' ? 'proxy' : 'human';
}

const urlOf = ({ detail }: Clicked): string => String(detail.url ?? '');

function clicksOf(events: readonly Clicked[]): Clicks {
  const kinds = events.map(kindOf);
  const of = (kind: keyof Clicks): number => kinds.filter((one) => one === kind).length;
  return { human: of('human'), proxy: of('proxy'), bot: of('bot') };
}

/** Every link of the message once, in its order, then links that were followed and are not in the HTML. */
export function clickedLinks(links: readonly Link[], events: readonly Clicked[]): readonly ClickedLink[] {
  const clicked = Map.groupBy(
    events.filter(({ type }) => type === 'message.clicked'),
    urlOf,
  );
  const known = new Map(links.map((link) => [link.url, link]));
  const others = [...clicked.keys()].filter((url) => !known.has(url)).map((url) => ({ url, text: '' }));
  return [...known.values(), ...others].map((link) => ({
    ...link,
    ...clicksOf(clicked.get(link.url) ?? []),
  }));
}
