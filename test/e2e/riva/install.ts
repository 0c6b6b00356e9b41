// NVIDIA's Python client of Riva, installed once from PyPI into a cache outside the repository.
import { execFile } from 'node:child_process';
import { access, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder } from '../cache.ts';

const CLIENT = 'nvidia-riva-client==2.28.0';
const DOWNLOAD_MS = 300_000;

export type ClientResult = { readonly kind: 'installed'; readonly python: string } | { readonly kind: 'unavailable'; readonly why: string };

/** About 20 s and 100 MB of disk, the first time. */
export async function installClient(env: NodeJS.ProcessEnv, progress: (text: string) => void): Promise<ClientResult> {
  try {
    const version = await run('python3', ['-c', 'import sysconfig; print(sysconfig.get_python_version())']);
    const cache = cacheFolder(env);
    const venv = join(cache, `${CLIENT.replace('==', '-')}-python${version}`);
    const python = join(venv, 'bin', 'python');
    if (!(await exists(python))) {
      progress(`installing ${CLIENT} into ${venv} (once)\n`);
      await mkdir(cache, { recursive: true });
      await installInto(venv, cache);
    }
    return { kind: 'installed', python };
  } catch (error) {
    return { kind: 'unavailable', why: error instanceof Error ? error.message : String(error) };
  }
}

/** A half install never has the final name. Of two that finish at once the first stays. */
async function installInto(venv: string, cache: string): Promise<void> {
  const draft = await mkdtemp(join(cache, '.installing-'));
  try {
    await run('python3', ['-m', 'venv', draft]);
    await run(join(draft, 'bin', 'python'), ['-m', 'pip', 'install', '--quiet', '--retries=1', CLIENT]);
    await rename(draft, venv).catch(async (error: unknown) => {
      if (!(await exists(venv))) throw error;
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

async function run(command: string, args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(command, args, { timeout: DOWNLOAD_MS });
  return stdout.trim();
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
