import type { SecretBox } from '../../secrets/secret-box.ts';

/** The contexts of encrypted columns. A box that was moved to another row does not open. */
export const secretContexts = {
  smarthostUrl: (accountId: string) => `account.smarthost_url_box:${accountId}`,
  credentialSecret: (credentialId: string) => `smtp_credential.secret_box:${credentialId}`,
  dkimPrivateKey: (keyId: string) => `dkim_key.private_key_box:${keyId}`,
  webhookSecret: (secretId: string) => `webhook_secret.secret_box:${secretId}`,
  erasedAddress: (erasureId: string) => `erasure.address_box:${erasureId}`,
} as const;

export const sealText = (box: SecretBox, text: string, context: string): Buffer =>
  box.seal(Buffer.from(text, 'utf8'), context);

export const openText = (
  box: SecretBox,
  sealed: Uint8Array | undefined,
  context: string,
): string | undefined =>
  sealed === undefined ? undefined : box.open(Buffer.from(sealed), context).toString('utf8');
