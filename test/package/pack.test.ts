// What `npm pack` gives, and whether it runs where it is installed. Packed from a copy: the working tree is not touched.
import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** Of the checkout, what the scripts of `npm pack` read. */
const COPIED = ['package.json', 'tsconfig.json', 'tsconfig.build.json', 'build', 'src', 'README.md', 'CHANGELOG.md', 'LICENSE'];
const NO_REGISTRY = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ENOTCACHED|ERR_SOCKET_TIMEOUT|E403|E503/;
const SLOW_MS = 60_000;

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-pack-'));
const checkout = join(folder, 'checkout');
const unpacked = join(folder, 'unpacked', 'package');
const home = join(folder, 'home');

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly bin: Readonly<Record<string, string>>;
  readonly scripts?: unknown;
  readonly devDependencies?: unknown;
  readonly optionalDependencies?: unknown;
}

function manifestIn(path: string): Manifest {
  return JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'));
}

let manifestBefore = '';
const { version } = manifestIn(ROOT);

interface Ended {
  readonly code: unknown;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end; `node` is the Node of this test. */
async function run(program: string, args: readonly string[], cwd: string): Promise<Ended> {
  const env = { ...environment(), PATH: [dirname(process.execPath), process.env['PATH']].join(delimiter) };
  try {
    return { code: 0, ...(await promisify(execFile)(program, args, { cwd, env, timeout: SLOW_MS })) };
  } catch (error) {
    if (error instanceof Error && 'stdout' in error && 'stderr' in error && 'code' in error) {
      return { code: error.code, stdout: String(error.stdout), stderr: `${error.stderr}` };
    }
    throw error;
  }
}

/** Without what an outer `npm test` tells its scripts about this package. */
function environment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_(?:package|lifecycle|config_local_prefix)/.test(name)));
}

beforeAll(async () => {
  for (const path of [checkout, dirname(unpacked), home]) mkdirSync(path);
  for (const name of COPIED) cpSync(join(ROOT, name), join(checkout, name), { recursive: true });
  manifestBefore = readFileSync(join(checkout, 'package.json'), 'utf8');
  symlinkSync(join(ROOT, 'node_modules'), join(checkout, 'node_modules'));
  const packed = await run('npm', ['pack', '--pack-destination', folder], checkout);
  expect(packed).toMatchObject({ code: 0 });
  expect(await run('tar', ['-xzf', tarball()], dirname(unpacked))).toMatchObject({ code: 0 });
}, SLOW_MS);

afterAll(() => rmSync(folder, { recursive: true, force: true }), SLOW_MS);

function tarball(): string {
  return join(folder, `plimsoll-${version}.tgz`);
}

function filesIn(path: string): string[] {
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(path, join(entry.parentPath, entry.name)));
}

describe('the tarball', () => {
  it('holds the program and its papers only', () => {
    const files = filesIn(unpacked);
    expect(files.filter((file) => !file.startsWith('dist/')).toSorted()).toEqual(['CHANGELOG.md', 'LICENSE', 'README.md', 'package.json']);
    expect(files.filter((file) => file.startsWith('dist/') && !file.endsWith('.js'))).toEqual([]);
    const sources = filesIn(join(checkout, 'src')).filter((file) => !file.endsWith('.d.ts'));
    expect(files.filter((file) => file.startsWith('dist/'))).toHaveLength(sources.length);
  });

  it('has a manifest without what only a checkout needs', () => {
    const manifest = manifestIn(unpacked);
    const { scripts: _scripts, devDependencies: _tools, optionalDependencies: _node, ...published } = manifestIn(checkout);
    expect(manifest).toEqual(published);
    expect(existsSync(join(unpacked, manifest.bin['plimsoll'] ?? ''))).toBe(true);
  });

  it('leaves the checkout as it was', () => {
    expect(readFileSync(join(checkout, 'package.json'), 'utf8')).toBe(manifestBefore);
    expect(readdirSync(checkout).toSorted()).toEqual([...COPIED, 'dist', 'node_modules'].toSorted());
  });
});

describe('installed', () => {
  let unreachable: string | undefined;
  beforeAll(async () => {
    const installed = await run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', '--fetch-retries=0', tarball()], home);
    if (installed.code === 0) return;
    unreachable = NO_REGISTRY.exec(installed.stderr)?.[0];
    if (unreachable === undefined) throw new Error(`npm install failed:\n${installed.stderr}`);
  }, SLOW_MS);

  it('says its version', async (test) => {
    test.skip(unreachable !== undefined, `skipped: the package registry cannot be reached (${unreachable})`);
    expect(await run('node_modules/.bin/plimsoll', ['--version'], home)).toEqual({ code: 0, stdout: `plimsoll ${version}\n`, stderr: '' });
  });

  it('inspects what a real Triton said', async (test) => {
    test.skip(unreachable !== undefined, `skipped: the package registry cannot be reached (${unreachable})`);
    const file = join(ROOT, 'fixtures/triton/real-2.51.0-cpu.txt');
    const { code, stdout } = await run('node_modules/.bin/plimsoll', ['inspect', file, '--json'], home);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ source: 'triton', malformed: 0 });
  });

  it('brings no Node of its own and no tools', (test) => {
    test.skip(unreachable !== undefined, `skipped: the package registry cannot be reached (${unreachable})`);
    const installed = readdirSync(join(home, 'node_modules'));
    expect(installed).toContain('plimsoll');
    expect(installed.filter((name) => /^node-|^typescript$|^vitest$/.test(name))).toEqual([]);
  });
});

it('says what it needs to an older Node', async (test) => {
  const old = await olderNode();
  test.skip(old === undefined, 'skipped: no Node older than 24 on PATH');
  const { code, stdout, stderr } = await run(old ?? '', [join(unpacked, 'dist/bin.js'), '--version'], home);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(/^plimsoll needs Node\.js 24 or newer, this is \d+\.\d+\.\d+; install a newer Node\.js and run it again\n$/);
});

async function olderNode(): Promise<string | undefined> {
  const candidates = (process.env['PATH'] ?? '').split(delimiter).map((path) => join(path, 'node'));
  for (const candidate of candidates.filter((path) => existsSync(path))) {
    const { stdout } = await run(candidate, ['--version'], home);
    if (Number(/^v(\d+)/.exec(stdout)?.[1]) < 24) return candidate;
  }
  return undefined;
}
