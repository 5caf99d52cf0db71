import { useSession } from '../../api/session.ts';
import { useMay } from '../../api/shown-account.ts';
import { useChange } from '../../api/use-change.ts';
import { paths } from '../../paths.ts';
import { getStartedText as text } from '../../text/get-started.ts';
import { BusyButton } from '../../ui/busy-button.tsx';
import { ButtonLink } from '../../ui/button-link.tsx';
import { Verbatim } from '../../ui/verbatim.tsx';
import { firstMessageCurl } from '../messages/first-message.ts';
import css from './get-started-page.module.css';

type SendStepProps = { readonly from: string | undefined; readonly isSandbox: boolean };

/** In the sandbox any recipient will do; else the message goes to the reader. */
const SANDBOX_RECIPIENT = 'delivered@sandbox.test';

export function SendStep({ from, isSandbox }: SendStepProps) {
  const { user } = useSession();
  const send = useChange({ done: text.sent });
  const to = isSandbox ? SANDBOX_RECIPIENT : user.email;
  const body = { from, to, subject: text.testSubject, text: text.testText };
  const mayAct = useMay('developer');
  return (
    <>
      <p>{from === undefined ? text.sendWithoutDomain : text.sendText}</p>
      <Verbatim text={firstMessageCurl(window.location.origin, from)} label={text.step.send} />
      {mayAct && (
        <div className={css.actions}>
          {from !== undefined && (
            <BusyButton isBusy={send.isPending} onClick={() => send.mutate({ path: '/v1/messages', body })}>
              {text.sendNow}
            </BusyButton>
          )}
          <ButtonLink to={paths.credentials} search={{ tab: 'keys' }}>
            {text.createKey}
          </ButtonLink>
        </div>
      )}
    </>
  );
}
