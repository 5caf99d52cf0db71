import type { SandboxMessageDetailView, SandboxMessageView } from '@waybill/contract/sandbox';
import { sandboxUrl, signSandboxLink } from '@waybill/relay/links/sandbox-link';
import { orNull } from '@waybill/relay/management/or-null';
import { sandboxMessageView } from '@waybill/relay/management/sandbox';
import type { Dependencies } from './dependencies.ts';
import { headerList, preview } from './preview.ts';

type Store = Dependencies['stores']['sandbox'];
export type SandboxRow = Awaited<ReturnType<Store['list']>>[number];
export type SandboxDetail = NonNullable<Awaited<ReturnType<Store['one']>>>;

type Viewer = { readonly accountId: string | undefined; readonly dependencies: Dependencies };

export function sandboxView(row: SandboxRow, { accountId, dependencies }: Viewer): SandboxMessageView {
  const token = signSandboxLink(dependencies.linkKey, { accountId, boxId: row.id }, dependencies.now());
  return {
    ...sandboxMessageView(row),
    url: sandboxUrl(dependencies.publicUrl, token, row.id),
  };
}

export async function sandboxDetailView(
  row: SandboxDetail,
  viewer: Viewer,
): Promise<SandboxMessageDetailView> {
  const { subject, from, text, html, attachments } = await preview(row.bytes);
  return {
    ...sandboxView(row, viewer),
    subject: orNull(subject),
    from: orNull(from),
    headers: headerList(row.bytes).map((field) => ({ ...field })),
    text: orNull(text),
    html: orNull(html),
    attachments: attachments.map((attachment) => ({
      filename: orNull(attachment.filename),
      content_type: attachment.contentType,
      content_id: orNull(attachment.contentId),
      size: attachment.size,
    })),
  };
}
