/** Takes a list out of the dashboard: the whole of it as a file, with the filters that are set, or the request for a terminal. */
import { Menu } from '@mantine/core';
import type { Query } from '../api/request.ts';
import { useDownload } from '../api/use-download.ts';
import { uiText } from '../text/ui.ts';
import { BusyButton } from './busy-button.tsx';
import { copyAsCurl } from './copy-as-curl.tsx';
import { Icon } from './icon.tsx';

type ExportProps = { readonly path: string; readonly query?: Query };

const formats = [
  ['csv', uiText.exportCsv],
  ['ndjson', uiText.exportNdjson],
] as const;

export function ExportMenu({ path, query = {} }: ExportProps) {
  const { isBusy, download } = useDownload();
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <BusyButton variant="default" isBusy={isBusy} leftSection={<Icon name="download" size={13} />}>
          {uiText.exportMenu}
        </BusyButton>
      </Menu.Target>
      <Menu.Dropdown>
        {formats.map(([format, words]) => (
          <Menu.Item key={format} onClick={() => download(path, { ...query, format })}>
            {words}
          </Menu.Item>
        ))}
        <Menu.Item onClick={() => void copyAsCurl({ path, query })}>{uiText.copyAsCurl}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
