/** Does what a Dockerfile says, in folders: one per stage. Knows no more of the language than our Dockerfile uses. */
import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, stat } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { root } from './compose-file.ts';

type Instruction = { readonly verb: string; readonly rest: string };

export type Image = {
  /** The folder that is `/` of the image. */
  readonly folder: string;
  readonly workdir: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly user: string | undefined;
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
};

type Stage = { -readonly [K in keyof Image]: Image[K] };

type Build = {
  readonly folder: string;
  readonly ignored: (path: string) => boolean;
  /** By name and by number. */
  readonly stages: Map<string, Stage>;
  /** Of RUN, below what the Dockerfile sets: how this machine finds Node and reaches the npm registry. */
  readonly environment: NodeJS.ProcessEnv;
};

const instructionsOf = (text: string): readonly Instruction[] =>
  text
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .join('\n')
    .replace(/\\\n/g, ' ')
    .split('\n')
    .flatMap((line) => {
      const [, verb, rest] = /^([A-Z]+)\s+(.*)$/.exec(line.trim()) ?? [];
      return verb === undefined || rest === undefined ? [] : [{ verb, rest: rest.trim() }];
    });

/** Whether `.dockerignore` keeps a path of the context out. Knows plain names and names with a `**` folder before them. */
async function ignoredOf(): Promise<(path: string) => boolean> {
  const lines = (await readFile(join(root, '.dockerignore'), 'utf8'))
    .split('\n')
    .filter((line) => line !== '');
  const patterns = lines.map((line) => {
    const name = line
      .replace(/^\*\*\//, '')
      .replaceAll('.', '\\.')
      .replaceAll('*', '[^/]*');
    return new RegExp(`${line.startsWith('**/') ? '(^|/)' : '^'}${name}(/|$)`);
  });
  return (path) => patterns.some((pattern) => pattern.test(path));
}

const isFolder = async (path: string): Promise<boolean> => (await stat(path)).isDirectory();

async function copy({ stages, ignored }: Build, stage: Stage, rest: string): Promise<void> {
  const words = rest.split(/\s+/);
  const [, from] = /--from=(\S+)/.exec(rest) ?? [];
  const paths = words.filter((word) => !word.startsWith('--'));
  const to = paths.pop() ?? '';
  const source = from === undefined ? root : (stages.get(from)?.folder ?? '');
  const target = join(stage.folder, to.startsWith('/') ? to : join(stage.workdir, to));
  for (const path of paths) {
    const origin = join(source, path);
    // A folder is copied by its content, a file keeps its name. https://docs.docker.com/reference/dockerfile/#copy
    const place = (await isFolder(origin)) || !to.endsWith('/') ? target : join(target, basename(path));
    const filter = (one: string): boolean => from !== undefined || !ignored(relative(root, one));
    await cp(origin, place, { recursive: true, verbatimSymlinks: true, filter });
  }
}

const doers: Readonly<Record<string, (build: Build, stage: Stage, rest: string) => Promise<void> | void>> = {
  COPY: copy,
  async WORKDIR(_build, stage, rest) {
    stage.workdir = rest;
    await mkdir(join(stage.folder, rest), { recursive: true });
  },
  async RUN({ environment }, stage, rest) {
    await promisify(execFile)('sh', ['-c', rest], {
      cwd: join(stage.folder, stage.workdir),
      env: { ...environment, ...stage.environment },
      maxBuffer: 64 * 1024 * 1024,
    });
  },
  ENV(_build, stage, rest) {
    stage.environment = { ...stage.environment, ...Object.fromEntries([rest.split('=')]) };
  },
  USER(_build, stage, rest) {
    stage.user = rest;
  },
  ENTRYPOINT(_build, stage, rest) {
    stage.entrypoint = JSON.parse(rest);
  },
  CMD(_build, stage, rest) {
    stage.command = JSON.parse(rest);
  },
};

async function openStage({ stages, folder }: Build, rest: string): Promise<Stage> {
  const [, name] = / AS (\S+)$/i.exec(rest) ?? [];
  const stage: Stage = {
    folder: join(folder, `stage-${stages.size}`),
    workdir: '/',
    environment: {},
    user: undefined,
    entrypoint: [],
    command: [],
  };
  await mkdir(stage.folder);
  stages.set(name ?? String(stages.size), stage);
  return stage;
}

/** Builds the image in an empty folder. */
export async function buildImage(folder: string, environment: NodeJS.ProcessEnv): Promise<Image> {
  const build: Build = { folder, environment, ignored: await ignoredOf(), stages: new Map() };
  const text = await readFile(join(root, 'infra/docker/Dockerfile'), 'utf8');
  let stage: Stage | undefined;
  for (const { verb, rest } of instructionsOf(text)) {
    if (verb === 'FROM') stage = await openStage(build, rest);
    else {
      const perform = doers[verb];
      if (perform === undefined || stage === undefined)
        throw new Error(`The test does not know ${verb} ${rest}`);
      await perform(build, stage, rest);
    }
  }
  if (stage === undefined) throw new Error('The Dockerfile has no stage');
  return stage;
}
