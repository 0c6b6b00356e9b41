// haproxy and nginx: those of PATH, else Debian's packages unpacked into the cache, without changing the system.
import { execFile } from 'node:child_process';
import { access, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder } from '../cache.ts';

/** A proxy, and the folder of the libraries that came with it. */
export interface Proxies {
  readonly haproxy: string;
  readonly nginx: string;
  readonly libraries: string | undefined;
}

export type ProxiesResult = { readonly kind: 'ready'; readonly proxies: Proxies } | { readonly kind: 'skipped'; readonly why: string };

export interface Finding {
  readonly env: NodeJS.ProcessEnv;
  readonly progress: (line: string) => void;
}

/** With the libraries that a small Debian 12 lacks. */
const PACKAGES = ['haproxy', 'nginx', 'liblua5.3-0', 'libopentracing-c-wrapper0', 'libopentracing1'];
const DOWNLOAD_MS = 120_000;

/** A download is 3 MB. What cannot be had, or does not run, is told as the reason. */
export async function findProxies({ env, progress }: Finding): Promise<ProxiesResult> {
  const onPath = { haproxy: await which('haproxy', env), nginx: await which('nginx', env) };
  if (onPath.haproxy !== undefined && onPath.nginx !== undefined) {
    return { kind: 'ready', proxies: { haproxy: onPath.haproxy, nginx: onPath.nginx, libraries: undefined } };
  }
  const folder = join(cacheFolder(env), `proxies-${process.arch}`);
  try {
    if (!(await exists(folder))) {
      progress(`unpacking Debian's haproxy and nginx into ${folder} (once)\n`);
      await unpackAtomically(folder, env);
    }
    const proxies = {
      haproxy: join(folder, 'usr/sbin/haproxy'),
      nginx: join(folder, 'usr/sbin/nginx'),
      libraries: await libraryFolder(folder),
    };
    const environment = proxyEnvironment(proxies, env);
    await run(proxies.haproxy, ['-v'], { env: environment });
    await run(proxies.nginx, ['-v'], { env: environment });
    return { kind: 'ready', proxies };
  } catch (error) {
    const why = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    return { kind: 'skipped', why: `haproxy and nginx are not on PATH, and Debian's packages cannot be had: ${why}` };
  }
}

/** What a proxy is started with. */
export function proxyEnvironment({ libraries }: Proxies, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  if (libraries === undefined) return env;
  return { ...env, LD_LIBRARY_PATH: [libraries, env['LD_LIBRARY_PATH'] ?? ''].filter((folder) => folder !== '').join(delimiter) };
}

async function unpackAtomically(folder: string, env: NodeJS.ProcessEnv): Promise<void> {
  await mkdir(cacheFolder(env), { recursive: true });
  const draft = await mkdtemp(join(cacheFolder(env), '.unpacking-'));
  try {
    const packages = join(draft, 'packages');
    await mkdir(packages);
    await run('apt-get', ['download', ...PACKAGES], { cwd: packages, env });
    for (const file of await readdir(packages)) await run('dpkg', ['-x', join(packages, file), join(draft, 'root')], { env });
    await rename(join(draft, 'root'), folder).catch(async (error: unknown) => {
      if (!(await exists(folder))) throw error;
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** `usr/lib/x86_64-linux-gnu`, whatever the machine's triplet is. */
async function libraryFolder(folder: string): Promise<string> {
  const lib = join(folder, 'usr/lib');
  const triplet = (await readdir(lib)).find((name) => name.endsWith('-linux-gnu'));
  return triplet === undefined ? lib : join(lib, triplet);
}

async function which(program: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  for (const folder of (env['PATH'] ?? '').split(delimiter)) {
    const path = join(folder, program);
    if (folder !== '' && (await exists(path))) return path;
  }
  return undefined;
}

async function run(command: string, args: readonly string[], options: { readonly cwd?: string; readonly env: NodeJS.ProcessEnv }) {
  await promisify(execFile)(command, args, { ...options, timeout: DOWNLOAD_MS });
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
