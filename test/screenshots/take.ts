/** Takes the pictures of the README, on demo data: `npm run screenshots`. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import type { DevFile } from '../../apps/cli/src/dev/dev-file.ts';
import { openBrowser } from '../browser/browser.ts';
import { logIn } from '../browser/session.ts';
import { firstAccount } from '../support/black-box.ts';
import { freePortOffset, startTestDev } from '../support/dev.ts';
import { sendDemoMail } from './demo-mail.ts';

const folder = resolve(import.meta.dirname, '../../docs/images');
const viewport = { width: 1200, height: 750 };
/** The roll-ups of statistics come after the mail. */
const SETTLE_MS = 8_000;

async function pagesOf(file: DevFile): Promise<Readonly<Record<string, string>>> {
  const api = firstAccount(file);
  const bounced = (await api.get('/v1/messages?status=bounced&limit=1')).data[0];
  const domain = (await api.get('/v1/domains')).data[0];
  return { overview: '/', message: `/messages/${bounced.id}`, domain: `/domains/${domain.id}` };
}

/** The browser writes WebP too, a third of the size. A blank page has no policy that would forbid the picture. */
async function webpOf(page: Page, png: Buffer): Promise<Buffer> {
  const blank = await page.context().newPage();
  const url = await blank.evaluate(`(async () => {
    const image = new Image();
    image.src = 'data:image/png;base64,${png.toString('base64')}';
    await image.decode();
    const canvas = Object.assign(document.createElement('canvas'), { width: image.width, height: image.height });
    canvas.getContext('2d').drawImage(image, 0, 0);
    return canvas.toDataURL('image/webp', 0.85);
  })()`);
  await blank.close();
  return Buffer.from(String(url).split(',')[1] ?? '', 'base64');
}

async function takeAll(browser: Browser, file: DevFile): Promise<void> {
  const pages = await pagesOf(file);
  for (const colorScheme of ['light', 'dark'] as const) {
    const { page, open, context } = await logIn(browser, file, { viewport, colorScheme });
    for (const [name, path] of Object.entries(pages)) {
      await open(path);
      await page.waitForLoadState('networkidle').catch(() => undefined);
      const picture = await webpOf(page, await page.screenshot());
      await writeFile(join(folder, `${name}-${colorScheme}.webp`), picture);
    }
    await context.close();
  }
}

await mkdir(folder, { recursive: true });
const dev = await startTestDev({ portOffset: await freePortOffset() });
const browser = await openBrowser();
try {
  await sendDemoMail(dev.file);
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  await takeAll(browser, dev.file);
} finally {
  await browser.close();
  await dev.stop();
}
