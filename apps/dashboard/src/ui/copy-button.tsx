/** Copies a text. Where the browser does not allow it, a toast says so. */
import { useState } from 'react';
import { uiText } from '../text/ui.ts';
import css from './copy-button.module.css';
import { Icon } from './icon.tsx';
import { showToast } from './toast-list.ts';

const SHOWN_MS = 1_500;

export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Only a secure context has a clipboard, and the reader may refuse it.
    showToast({ text: uiText.notCopied, isError: true });
    return false;
  }
}

type CopyProps = { readonly text: string; readonly label: string };

export function CopyButton({ text, label }: CopyProps) {
  const [isCopied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    if (!(await copyText(text))) return;
    setCopied(true);
    setTimeout(() => setCopied(false), SHOWN_MS);
  };
  const title = isCopied ? uiText.copied : uiText.copy(label);
  return (
    <button type="button" className={css.button} title={title} aria-label={title} onClick={() => void copy()}>
      <Icon name={isCopied ? 'done' : 'copy'} size={14} />
    </button>
  );
}

/** An id with its button. */
export const CopyableId = ({ id, label }: { readonly id: string; readonly label: string }) => (
  <span className={css.id}>
    <code title={id}>{id}</code>
    <CopyButton text={id} label={label} />
  </span>
);
