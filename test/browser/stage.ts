/** What the tests of one file share: the installation, and a browser in which its user is logged in. Made before the first test, ended after the last. */
import { after, before } from 'node:test';
import type { Browser } from 'playwright-core';
import type { DevFile } from '../../apps/cli/src/dev/dev-file.ts';
import { openDev, type TestDev } from '../support/dev.ts';
import { openBrowser, wideLight } from './browser.ts';
import { logIn, type Person } from './session.ts';

export type Stage = {
  readonly file: DevFile;
  readonly folder: string;
  readonly browser: Browser;
  readonly person: Person;
};

const PATIENCE_MS = 20_000;

/** Its parts are there once the first test runs. */
export function openStage(): Stage {
  let dev: TestDev;
  let browser: Browser;
  let person: Person;
  before(async () => {
    [dev, browser] = await Promise.all([openDev(), openBrowser()]);
    person = await logIn(browser, dev.file, wideLight);
    person.context.setDefaultTimeout(PATIENCE_MS);
  });
  after(async () => {
    await browser?.close();
    await dev?.stop();
  });
  return {
    get file() {
      return dev.file;
    },
    get folder() {
      return dev.folder;
    },
    get browser() {
      return browser;
    },
    get person() {
      return person;
    },
  };
}
