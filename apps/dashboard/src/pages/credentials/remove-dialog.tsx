import { useChange } from '../../api/use-change.ts';
import { credentialsText as text } from '../../text/credentials.ts';
import { FormDialog } from '../../ui/dialog.tsx';

type RemoveProps = {
  readonly what: string;
  readonly path: string;
  readonly lead: string;
  readonly onClose: () => void;
};

export function RemoveDialog({ what, path, lead, onClose }: RemoveProps) {
  const remove = useChange({ done: text.removed(what), isInPlace: true });
  return (
    <FormDialog
      title={text.removeTitle(what)}
      submit={text.remove}
      isDangerous
      isBusy={remove.isPending}
      error={remove.error}
      onClose={onClose}
      onSubmit={() => remove.mutate({ path, method: 'DELETE' }, { onSuccess: onClose })}
    >
      {lead}
    </FormDialog>
  );
}
