// A real Triton from PyPI, installed once into a cache outside the repository.
import { execFile } from 'node:child_process';
import { access, chmod, copyFile, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder } from '../cache.ts';
import type { Release } from './releases.ts';

/** All releases have a Python backend that is built for numpy 1. */
const NUMPY = 'numpy<2';
const DOWNLOAD_MS = 600_000;

export interface TritonInstall {
  /** Holds bin/, backends/ and caches/. */
  readonly home: string;
  /** Has the Python whose numpy the server's Python models use. */
  readonly pythonBin: string;
  /** Has libpython. */
  readonly libpython: string;
}

export type InstallResult =
  | { readonly kind: 'installed'; readonly triton: TritonInstall }
  | { readonly kind: 'unavailable'; readonly why: string };

export interface Installing {
  readonly release: Release;
  readonly env: NodeJS.ProcessEnv;
  readonly progress: (text: string) => void;
}

/** Installs unless it is there; says what it does through `progress`. A download takes about 30 s and 250 MB of disk. */
export async function installTriton({ release, env, progress }: Installing): Promise<InstallResult> {
  if (process.platform !== 'linux') return { kind: 'unavailable', why: `Triton has no build for ${process.platform}` };
  try {
    const python = await run('python3', ['-c', 'import sysconfig; print(sysconfig.get_python_version())']);
    const cache = cacheFolder(env);
    const name = `nvidia-pytriton-${release.pytriton}`;
    const venv = join(cache, `${name}-python${python}`);
    if (!(await exists(venv))) {
      progress(`installing ${name} and ${NUMPY} into ${venv} (once, about 30 s)\n`);
      await mkdir(cache, { recursive: true });
      await installAtomically(cache, { venv, python, release });
      progress('installed\n');
    }
    return { kind: 'installed', triton: await describeInstall(venv) };
  } catch (error) {
    if (error instanceof CommandFailed) return { kind: 'unavailable', why: error.message };
    throw error;
  }
}

/** A half install never has the final name. Of two that finish at once the first stays. */
async function installAtomically(
  cache: string,
  { venv, python, release }: { venv: string; python: string; release: Release },
): Promise<void> {
  const packages = [`nvidia-pytriton==${release.pytriton}`, NUMPY];
  const draft = await mkdtemp(join(cache, '.installing-'));
  try {
    await run('python3', ['-m', 'venv', draft]);
    // --no-deps: the rest of its 369 MB is for the Python API. As a module, for pip's script would name the draft's path.
    await run(join(draft, 'bin', 'python'), ['-m', 'pip', 'install', '--quiet', '--no-deps', '--retries=1', ...packages]);
    await placeStub(await describeInstall(draft), { python, release });
    await rename(draft, venv).catch(async (error: unknown) => {
      if (!(await exists(venv))) throw error;
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** The process that runs a Python model, one build for each version of Python: the server looks for it beside its backend. */
async function placeStub({ home }: TritonInstall, { python, release }: { python: string; release: Release }): Promise<void> {
  const name = 'triton_python_backend_stub';
  const built = join(home, 'python_backend_stubs', python, name);
  if (!(await exists(built))) throw new CommandFailed(`Triton ${release.triton} has no Python backend for Python ${python}`);
  const placed = join(home, 'backends', 'python', name);
  await copyFile(built, placed);
  await chmod(placed, 0o755);
}

async function describeInstall(venv: string): Promise<TritonInstall> {
  const pythonBin = join(venv, 'bin');
  const ask = 'import sysconfig; print(sysconfig.get_path("purelib")); print(sysconfig.get_config_var("LIBDIR"))';
  const [packages = '', libpython = ''] = (await run(join(pythonBin, 'python'), ['-c', ask])).split('\n');
  return { home: join(packages, 'pytriton', 'tritonserver'), pythonBin, libpython };
}

/** A program that is missing or failed: the suite cannot run here, which is no fault of what it tests. */
class CommandFailed extends Error {}

async function run(command: string, args: readonly string[]): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(command, args, { timeout: DOWNLOAD_MS });
    return stdout.trim();
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim().split('\n').at(-1) : '';
    throw new CommandFailed(`cannot install Triton with ${basename(command)}: ${said || cause}`, { cause: error });
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
