/** Saves an answer of the API as a file. A plain link cannot do it: the account is named in a header. */
import { useMutation } from '@tanstack/react-query';
import { uiText } from '../text/ui.ts';
import { showToast } from '../ui/toast-list.ts';
import { useAccountId } from './account-id.ts';
import { problemOf } from './problem-error.ts';
import { type AnsweredFile, type Query, requestFile } from './request.ts';

function saveFile({ name, content }: AnsweredFile): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}

type Wanted = {
  readonly path: string;
  readonly query: Query;
  /** For an answer that names no file. */
  readonly name: string | undefined;
};

export function useDownload() {
  const account = useAccountId();
  const { isPending, mutate } = useMutation({
    mutationFn: async ({ path, query, name }: Wanted): Promise<AnsweredFile> => {
      const file = await requestFile(path, { account, query });
      return name === undefined ? file : { ...file, name };
    },
    onSuccess: (file) => {
      saveFile(file);
      showToast({ text: uiText.exported(file.name) });
    },
    onError: (error) => {
      const { title, detail, fix } = problemOf(error);
      showToast({ text: detail ?? title, more: fix, isError: true });
    },
  });
  return {
    isBusy: isPending,
    download: (path: string, query: Query = {}, name?: string): void => mutate({ path, query, name }),
  };
}
