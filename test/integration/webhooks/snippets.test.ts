/** The programs of docs/webhooks.md that verify a request, each run by its own runtime. */
import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { makeWebhookSecret, signatureHeaders } from '@waybill/relay/webhooks/signature';

const run = promisify(execFile);

let folder: string;
let document: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'waybill-snippets-'));
  document = await readFile('docs/webhooks.md', 'utf8');
});
after(() => rm(folder, { recursive: true }));

type Language = {
  readonly fence: string;
  readonly file: string;
  readonly command: readonly string[];
  /** Appended: reads `[secret, headers, body]` from the file of its argument and prints whether it is verified. */
  readonly main: string;
};

const languages: readonly Language[] = [
  {
    fence: 'js',
    file: 'verify.mjs',
    command: [process.execPath],
    main: `import { readFileSync } from 'node:fs';
console.log(verify(...JSON.parse(readFileSync(process.argv[2], 'utf8'))));`,
  },
  {
    fence: 'python',
    file: 'verify.py',
    command: ['python3'],
    main: 'import json, sys\nprint("true" if verify(*json.load(open(sys.argv[1]))) else "false")',
  },
  {
    fence: 'php',
    file: 'verify.php',
    command: ['php'],
    main: "echo verify(...json_decode(file_get_contents($argv[1]), true)) ? 'true' : 'false';",
  },
  {
    fence: 'go',
    file: 'verify.go',
    command: ['go', 'run'],
    main: `
func main() {
	var given []json.RawMessage
	var secret, body string
	var headers map[string]string
	bytes, _ := os.ReadFile(os.Args[1])
	json.Unmarshal(bytes, &given)
	json.Unmarshal(given[0], &secret)
	json.Unmarshal(given[1], &headers)
	json.Unmarshal(given[2], &body)
	fmt.Println(verify(secret, headers, body))
}`,
  },
];

function snippetOf(fence: string): string {
  const [, text] = new RegExp(`\`\`\`${fence}\\n(.*?)\`\`\``, 's').exec(document) ?? [];
  return text ?? assert.fail(`no program in ${fence}`);
}

function isInstalled(command: string): boolean {
  try {
    execFileSync(command, [command === 'go' ? 'version' : '--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Go imports at its top only. */
const withImports = (program: string): string =>
  program.replace('import (\n', 'import (\n\t"encoding/json"\n\t"fmt"\n\t"os"\n');

async function answersOf({ fence, file, command, main }: Language, inputs: readonly unknown[]) {
  const program = `${snippetOf(fence)}\n${main}\n`;
  const path = join(folder, file);
  await writeFile(path, fence === 'go' ? withImports(program) : program);
  const [name = '', ...before] = command;
  const answers: string[] = [];
  for (const [index, input] of inputs.entries()) {
    const given = join(folder, `${fence}-${index}.json`);
    await writeFile(given, JSON.stringify(input));
    const { stdout } = await run(name, [...before, path, given], { cwd: folder });
    answers.push(stdout.trim());
  }
  return answers;
}

for (const language of languages)
  test(`the program in ${language.fence} takes a signed request and no other`, async (t) => {
    const [command = ''] = language.command;
    if (!isInstalled(command)) return t.skip(`${command} is not installed`);
    const [secret, old] = [3, 4].map((byte) => makeWebhookSecret((size) => Buffer.alloc(size, byte)));
    const body = '{"type":"message.delivered","data":{"subject":"Grüße 🎉"}}';
    const headers = signatureHeaders({ id: 'evt_1', at: new Date(), body }, [old ?? '', secret ?? '']);
    const late = signatureHeaders({ id: 'evt_1', at: new Date(Date.now() - 600_000), body }, [secret ?? '']);
    const answers = await answersOf(language, [
      [secret, headers, body],
      [secret, headers, `${body} `],
      [secret, late, body],
    ]);
    assert.deepEqual(answers, ['true', 'false', 'false']);
  });
