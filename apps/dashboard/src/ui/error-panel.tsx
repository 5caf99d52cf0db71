/** An error: what happened, what to do, and the id that finds it in the log. */
import { Button } from '@mantine/core';
import { problemOf } from '../api/problem-error.ts';
import { uiText } from '../text/ui.ts';
import { CopyableId } from './copy-button.tsx';
import css from './panel.module.css';

type ErrorPanelProps = { readonly error: unknown; readonly retry?: (() => void) | undefined };

const CodeLink = ({ code, type }: { readonly code: string; readonly type: string }) =>
  type === 'about:blank' ? (
    <code>{code}</code>
  ) : (
    <a
      href={`/problems/${encodeURIComponent(code)}`}
      target="_blank"
      rel="noreferrer"
      aria-label={uiText.moreAbout(code)}
    >
      <code>{code}</code>
    </a>
  );

export function ErrorPanel({ error, retry }: ErrorPanelProps) {
  const { title, detail, fix, code, type, errors, request_id: requestId } = problemOf(error);
  return (
    <div className={`${css.panel} ${css.error}`} role="alert">
      <strong>{title}</strong>
      {detail !== undefined && <p>{detail}</p>}
      {errors?.map((fault) => (
        <p key={`${fault.pointer}${fault.code}`}>
          <code>{fault.pointer}</code> {fault.detail}
        </p>
      ))}
      <p>{fix}</p>
      <div className={`${css.row} ${css.small}`}>
        <CodeLink code={code} type={type} />
        {requestId !== '' && <CopyableId id={requestId} label={uiText.requestId} />}
        {retry !== undefined && (
          <Button variant="default" onClick={retry}>
            {uiText.tryAgain}
          </Button>
        )}
      </div>
    </div>
  );
}
