/** A button that shows that its work goes on. It is not disabled for that: a disabled button loses the focus of the keyboard. */
import { Button, type ButtonProps, Loader } from '@mantine/core';
import { type ComponentPropsWithRef, type MouseEvent, useLayoutEffect, useRef } from 'react';
import css from './busy-button.module.css';
import { focusPage } from './focus-page.ts';

type BusyButtonProps = ButtonProps &
  Omit<ComponentPropsWithRef<'button'>, keyof ButtonProps> & { readonly isBusy: boolean };

const ignore = (event: MouseEvent): void => event.preventDefault();

/** What was done may take the button away. A dialog gives the focus back by itself. */
function moveOn(button: Element | null | undefined): void {
  if (button == null || button !== document.activeElement || button.closest('[role="dialog"]') !== null)
    return;
  setTimeout(() => {
    if (document.activeElement === document.body) focusPage();
  });
}

export function BusyButton({ isBusy, onClick, children, ...button }: BusyButtonProps) {
  const words = useRef<HTMLSpanElement>(null);
  useLayoutEffect(() => {
    const place = words.current?.closest('button');
    return () => moveOn(place);
  }, []);
  const pressed = isBusy ? ignore : onClick;
  return (
    <Button
      {...button}
      aria-busy={isBusy}
      aria-disabled={isBusy}
      {...(pressed === undefined ? {} : { onClick: pressed })}
    >
      <span ref={words} className={isBusy ? css.faint : ''}>
        {children}
      </span>
      {isBusy && (
        <span className={css.loader} aria-hidden="true">
          <Loader size={14} color="var(--button-color)" />
        </span>
      )}
    </Button>
  );
}
