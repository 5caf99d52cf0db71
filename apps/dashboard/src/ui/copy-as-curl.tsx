import { Button } from '@mantine/core';
import { curlOf } from '../api/curl.ts';
import type { Query } from '../api/request.ts';
import { uiText } from '../text/ui.ts';
import { copyText } from './copy-button.tsx';
import { Icon } from './icon.tsx';
import { showToast } from './toast-list.ts';

type CurlProps = { readonly path: string; readonly query?: Query };

export async function copyAsCurl({ path, query = {} }: CurlProps): Promise<void> {
  if (await copyText(curlOf(window.location.origin, path, query))) showToast({ text: uiText.copied });
}

/** The request behind a page, for a terminal. A list has it in its `ExportMenu`. */
export const CopyAsCurl = (asked: CurlProps) => (
  <Button
    variant="default"
    leftSection={<Icon name="copy" size={13} />}
    onClick={() => void copyAsCurl(asked)}
  >
    {uiText.copyAsCurl}
  </Button>
);
