import { Button } from '@mantine/core';
import { curlOf } from '../api/curl.ts';
import type { Query } from '../api/request.ts';
import { uiText } from '../text/ui.ts';
import { copyText } from './copy-button.tsx';
import { Icon } from './icon.tsx';
import { showToast } from './toast-list.ts';

type CurlProps = { readonly path: string; readonly query?: Query };

/** The request behind a page, for a terminal. */
export function CopyAsCurl({ path, query = {} }: CurlProps) {
  const copy = async (): Promise<void> => {
    if (await copyText(curlOf(window.location.origin, path, query))) showToast({ text: uiText.copied });
  };
  return (
    <Button variant="default" leftSection={<Icon name="copy" size={13} />} onClick={() => void copy()}>
      {uiText.copyAsCurl}
    </Button>
  );
}
