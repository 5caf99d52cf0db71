import { shellText } from '../text/shell.ts';
import { Dialog } from '../ui/dialog.tsx';
import { accountPages, operatorPages } from './page-list.ts';
import css from './shell.module.css';

type KeyMapProps = { readonly isOperator: boolean; readonly onClose: () => void };

/** All keys of the dashboard. */
export function KeyMap({ isOperator, onClose }: KeyMapProps) {
  const pages = isOperator ? [...accountPages, ...operatorPages] : accountPages;
  const rows = [
    ...shellText.keyNames,
    ...pages.map(({ key, name, fullName = name }) => [`g ${key}`, shellText.goTo(fullName)] as const),
  ];
  return (
    <Dialog title={shellText.keys} onClose={onClose} size="lg">
      <div className={css.keys}>
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
      </div>
    </Dialog>
  );
}
