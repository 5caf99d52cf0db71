/** Follows new messages, or stops following. News are announced at most every ten seconds. */
import { Button, VisuallyHidden } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { messagesText as text } from '../../text/messages.ts';
import css from './messages-page.module.css';
import type { LiveList } from './use-live-messages.ts';

const ANNOUNCE_MS = 10_000;

/** The number to announce: it changes at most once in the time. */
function useSeldom(value: number): number {
  const [said, setSaid] = useState(value);
  const latest = useRef(value);
  latest.current = value;
  useEffect(() => {
    const timer = setInterval(() => setSaid(latest.current), ANNOUNCE_MS);
    return () => clearInterval(timer);
  }, []);
  return said;
}

const Announcement = ({ came }: { readonly came: number }) => {
  const said = useSeldom(came);
  return <VisuallyHidden role="status">{said === 0 ? '' : text.cameSinceOpened(said)}</VisuallyHidden>;
};

type LiveSwitchProps = {
  readonly live: LiveList;
  readonly isOn: boolean;
  readonly onChange: (isOn: boolean) => void;
};

const stateOf = (isOn: boolean, isConnected: boolean): keyof typeof text.live => {
  if (!isOn) return 'off';
  return isConnected ? 'on' : 'connecting';
};

export function LiveSwitch({ live: { isConnected, came }, isOn, onChange }: LiveSwitchProps) {
  const state = stateOf(isOn, isConnected);
  return (
    <>
      <Button
        variant="default"
        aria-pressed={isOn}
        title={text.liveHint}
        leftSection={<span className={`${css.light} ${css[state]}`} />}
        onClick={() => onChange(!isOn)}
      >
        {text.live[state]}
      </Button>
      <Announcement came={came} />
    </>
  );
}

/** Leads back to the top, where the new rows are. */
export const NewRows = ({ live: { waiting, showNewest } }: { readonly live: LiveList }) =>
  waiting > 0 && (
    <div className={css.news}>
      <Button onClick={showNewest}>{text.newRows(waiting)}</Button>
    </div>
  );
