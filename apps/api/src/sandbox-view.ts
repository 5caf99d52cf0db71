import type { SandboxMessageDetailView, SandboxMessageView } from '@waybill/contract/sandbox';
import { publicId } from '@waybill/relay/id';
import { orNull } from '@waybill/relay/management/or-null';
import { sandboxMessageView } from '@waybill/relay/management/sandbox';
import type { Dependencies } from './dependencies.ts';
import { headerList, headOf, preview } from './preview.ts';

type Store = Dependencies['stores']['sandbox'];
export type SandboxRow = Awaited<ReturnType<Store['list']>>[number];
export type SandboxDetail = NonNullable<Awaited<ReturnType<Store['one']>>>;

type Place = Pick<Dependencies, 'publicUrl'>;

/** The page of the dashboard. It names the account, for readers of several. */
function pageUrl({ id, accountId }: SandboxRow, { publicUrl }: Place): string {
  const page = `${publicUrl}/app/sandbox/${publicId('box', id)}`;
  return accountId === undefined ? page : `${page}?account=${publicId('acc', accountId)}`;
}

export function sandboxView(row: SandboxRow, place: Place): SandboxMessageView {
  const { subject, from } = headOf(row.head);
  return {
    ...sandboxMessageView(row),
    subject: orNull(subject),
    from: orNull(from),
    url: pageUrl(row, place),
  };
}

export async function sandboxDetailView(row: SandboxDetail, place: Place): Promise<SandboxMessageDetailView> {
  const { subject, from, text, html, attachments } = await preview(row.bytes);
  return {
    ...sandboxView(row, place),
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
