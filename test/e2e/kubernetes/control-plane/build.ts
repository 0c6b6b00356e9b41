// One Go program from the module proxy, built by a small module of our own that requires it.
import { spawn, spawnSync } from 'node:child_process';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import * as z from 'zod';

export interface Recipe {
  readonly module: string;
  readonly version: string;
  /** Path below the module: `/cmd/kubectl`, or nothing. */
  readonly package: string;
  /** The version of the modules that the module replaces by its own `./staging` folders. */
  readonly staging: string | undefined;
  readonly linkFlags: readonly string[];
  /** Lines of go.sum for what Go's checksum database does not know. */
  readonly sums?: readonly string[];
  /** It has parts in C. */
  readonly cgo?: boolean;
  /** Build tags, where the program leaves parts out by them. */
  readonly tags?: readonly string[];
}

interface Building {
  /** Where it will be. */
  readonly program: string;
  /** Go's caches and the wrapping modules are kept here. */
  readonly root: string;
  readonly recipe: Recipe;
  readonly env: NodeJS.ProcessEnv;
  readonly progress: (line: string) => void;
}

/** The end of what Go said; `refused` when it was about a download. */
export class BuildFailed extends Error {
  override readonly name = 'BuildFailed';
  readonly refused: boolean;

  constructor(message: string, refused: boolean) {
    super(message);
    this.refused = refused;
  }
}

/** As Go, its module proxy and the network say it; a newer toolchain that cannot be had is a download too. */
const REFUSAL =
  /: (?:40[1347]|410|429|5\d\d) |Forbidden|dial tcp|i\/o timeout|no such host|TLS handshake|connection re(?:set|fused)|not available|toolchain|disabled by GOPROXY/;
const PROGRESS_MS = 15_000;

/** Undefined where Go is not on the machine. */
export function goVersion(env: NodeJS.ProcessEnv): string | undefined {
  const { status, stdout } = spawnSync('go', ['version'], { env, encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}

/** A half build never has the final name. Rejects with BuildFailed. */
export async function buildProgram({ program, root, recipe, env, progress }: Building): Promise<void> {
  const goEnv = {
    ...env,
    GOMODCACHE: join(root, 'modules'),
    GOCACHE: join(root, 'build'),
    // -modcacherw: who deletes the cache folder needs no rights that Go took away.
    GOFLAGS: '-mod=mod -p=2 -buildvcs=false -modcacherw',
    CGO_ENABLED: recipe.cgo === true ? '1' : '0',
    GOWORK: 'off',
  };
  const run = (args: readonly string[], cwd: string): Promise<string> =>
    runGo(args, { cwd, env: goEnv, name: `${basename(program)} ${recipe.version}`, progress });
  // Of each version its own: what Go notes of one it would hold against another.
  const folder = join(root, 'src', recipe.version, basename(program));
  await mkdir(folder, { recursive: true });
  await mkdir(dirname(program), { recursive: true });
  await writeFile(join(folder, 'go.mod'), await wrapper(recipe, run));
  if (recipe.sums !== undefined) await writeFile(join(folder, 'go.sum'), recipe.sums.map((line) => `${line}\n`).join(''));
  const draft = `${program}.building-${process.pid}`;
  try {
    const flags = ['-trimpath', `-ldflags=${['-s', '-w', ...recipe.linkFlags].join(' ')}`, `-tags=${(recipe.tags ?? []).join(',')}`];
    await run(['build', ...flags, '-o', draft, `${recipe.module}${recipe.package}`], folder);
    await rename(draft, program);
  } finally {
    await rm(draft, { force: true });
  }
}

type Run = (args: readonly string[], cwd: string) => Promise<string>;

/** `go install` refuses modules with replacements; a module that requires them must repeat those itself. */
async function wrapper({ module, version, staging }: Recipe, run: Run): Promise<string> {
  if (staging === undefined) return `module wrapper\n\ngo 1.24\n\nrequire ${module} ${version}\n`;
  // Away from the half-written module, which Go would read.
  const answer = await run(['mod', 'download', '-json', `${module}@${version}`], tmpdir());
  const { Dir: sources } = z.object({ Dir: z.string() }).parse(JSON.parse(answer));
  const goMod = await readFile(join(sources, 'go.mod'), 'utf8');
  const staged = [...goMod.matchAll(/^\t(?<name>k8s\.io\/[a-z0-9-]+) => \.\/staging\//gm)].map((match) => match.groups?.['name'] ?? '');
  const replacements = staged.map((name) => `\t${name} => ${name} ${staging}\n`).join('');
  const go = /^go (?<version>\S+)$/m.exec(goMod)?.groups?.['version'] ?? '1.26.0';
  return `module wrapper\n\ngo ${go}\n\nrequire ${module} ${version}\n\nreplace (\n${replacements})\n`;
}

interface GoRun {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly name: string;
  readonly progress: (line: string) => void;
}

/** What it wrote to its output. Says how long it takes, and the last thing that Go said. */
async function runGo(args: readonly string[], { cwd, env, name, progress }: GoRun): Promise<string> {
  const startMs = performance.now();
  const seconds = (): string => `${Math.round((performance.now() - startMs) / 1000)} s`;
  const child = spawn('go', args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-4000);
  });
  const lastLine = (): string => said.trim().split('\n').at(-1) ?? '';
  const reporting = setInterval(
    () => progress(`${name}: go ${args[0]} for ${seconds()} so far; ${lastLine() || 'compiling'}`),
    PROGRESS_MS,
  );
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', resolve);
    });
    // `go mod download -json` writes its errors to its output.
    if (code !== 0) throw new BuildFailed(`cannot build ${name}: ${lastLine() || stdout.trim().slice(-1000)}`, REFUSAL.test(said + stdout));
  } finally {
    clearInterval(reporting);
  }
  if (args[0] === 'build') progress(`${name}: built in ${seconds()}`);
  return stdout;
}
