/** Short news about what was done, read out politely. */
import { Button, CloseButton } from '@mantine/core';
import { useSyncExternalStore } from 'react';
import { uiText } from '../text/ui.ts';
import { hideToast, type Toast, toastList } from './toast-list.ts';
import css from './toasts.module.css';

function OneToast({ id, text, more, isError = false, undo }: Toast) {
  const goBack = (): void => {
    undo?.();
    hideToast(id);
  };
  return (
    <div className={`${css.toast} ${isError ? css.error : ''}`}>
      <div className={css.words}>
        {text}
        {more !== undefined && <small>{more}</small>}
      </div>
      {undo !== undefined && (
        <Button variant="subtle" onClick={goBack}>
          {uiText.undo}
        </Button>
      )}
      <CloseButton size="sm" aria-label={uiText.close} onClick={() => hideToast(id)} />
    </div>
  );
}

export function Toasts() {
  const toasts = useSyncExternalStore(toastList.subscribe, toastList.current);
  return (
    <section className={css.toasts} aria-label={uiText.notifications} aria-live="polite">
      {toasts.map((toast) => (
        <OneToast key={toast.id} {...toast} />
      ))}
    </section>
  );
}
