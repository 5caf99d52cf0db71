/** Self-contained tracking tokens: what a link means is in the link, sealed, so that a click needs no database. */

export type TrackingKey = { readonly id: number; readonly encryptionKey: Buffer; readonly nonceKey: Buffer };

export type Token =
  | { readonly type: 'open'; readonly deliveryId: Buffer }
  | { readonly type: 'unsubscribe'; readonly deliveryId: Buffer }
  | { readonly type: 'click'; readonly deliveryId: Buffer; readonly linkIndex: number; readonly url: string };

/** Longer targets are left as they are: proxies refuse request lines over 8 KiB. */
export const MAX_TRACKED_URL_BYTES = 4096;
