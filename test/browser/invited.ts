/** A person who comes into an account by the link of a mail. */
import assert from 'node:assert/strict';
import type { DevFile } from '../../apps/cli/src/dev/dev-file.ts';
import { caughtBy, operator } from '../support/black-box.ts';
import type { Person } from './session.ts';

export const PASSWORD = 'seven quiet harbours';

/** The link in the mail of the product to this address. */
export async function linkTo(file: DevFile, address: string): Promise<string> {
  const { raw } = await caughtBy(operator(file), address);
  const [link] = /http:\/\/127\.0\.0\.1:\d+\/[a-z]+\/wb_link_[0-9a-z]{32}/.exec(raw.toString()) ?? [];
  assert.ok(link, raw.toString());
  return link;
}

/** Accepts the invitation that was mailed to the address, as a new person with `PASSWORD`. */
export async function acceptInvitation({ page }: Person, file: DevFile, address: string): Promise<void> {
  await page.goto(await linkTo(file, address));
  await page.getByLabel('Your name').fill('Grace');
  await page.getByLabel(/^Password/).fill(PASSWORD);
  await page.getByRole('button', { name: 'Accept' }).click();
  await page.getByRole('heading', { name: 'Accepted' }).waitFor();
  await page.goto(file.dashboard.url);
}
