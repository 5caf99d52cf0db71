import { shellText } from '../text/shell.ts';
import { Dialog } from '../ui/dialog.tsx';
import { accountPages, operatorPages } from './page-list.ts';
import css from './shell.module.css';

type KeyMapProps = { readonly isOperator: boolean; readonly onClose: () => void };

const general = [
  ['/', 'Search'],
  ['Ctrl K', 'Commands'],
  ['?', 'This list'],
  ['j', 'Next row'],
  ['k', 'Row before'],
  ['Esc', 'Close what is open'],
] as const;

/** All keys of the dashboard. */
export function KeyMap({ isOperator, onClose }: KeyMapProps) {
  const pages = isOperator ? [...accountPages, ...operatorPages] : accountPages;
  const rows = [...general, ...pages.map(({ key, name }) => [`g ${key}`, shellText.goTo(name)] as const)];
  return (
    <Dialog title={shellText.keys} onClose={onClose}>
      {rows.map(([keys, text]) => (
        <div key={keys} className={css.key}>
          <span>{text}</span>
          <span>
            {keys.split(' ').map((key) => (
              <kbd key={key} className={css.kbd}>
                {key}
              </kbd>
            ))}
          </span>
        </div>
      ))}
    </Dialog>
  );
}
