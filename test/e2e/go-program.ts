// Programs around Prometheus's own code, built from the Go module proxy when Go is on the machine.
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheFolder } from './cache.ts';

/** Where go.mod is: all programs are of one module, so what they need is downloaded once. */
const MODULE = fileURLToPath(new URL('..', import.meta.url));
/** The first time, with downloads; two minutes on two cores. */
const BUILD_TIMEOUT_MS = 900_000;

export type Built = { readonly kind: 'built'; readonly program: string } | { readonly kind: 'skipped'; readonly why: string };

/** By their folders under `test`. */
export type GoProgram = 'bench/go/textparse' | 'bench/go/promql' | 'bench/go/parse' | 'e2e/promql-oracle';

/** Builds the program into the cache; what did not change since is not built again. */
export function goProgram(folder: GoProgram): Built {
  if (spawnSync('go', ['version']).status !== 0) return { kind: 'skipped', why: 'skipped: go is not on this machine' };
  const cache = goCache();
  mkdirSync(cache, { recursive: true });
  const program = join(cache, basename(folder));
  const env = { ...process.env, GOMODCACHE: join(cache, 'modules'), GOCACHE: join(cache, 'build'), GOFLAGS: '-modcacherw' };
  const options = { cwd: MODULE, env, encoding: 'utf8', timeout: BUILD_TIMEOUT_MS } as const;
  const build = spawnSync('go', ['build', '-o', program, `./${folder}`], options);
  if (build.status === 0) return { kind: 'built', program };
  return { kind: 'skipped', why: `skipped: it could not be built: ${(build.stderr ?? '').trim().split('\n').at(-1)}` };
}

/** Modules, what was built of them, and the programs. */
export function goCache(): string {
  return join(cacheFolder(process.env), 'bench-go');
}
