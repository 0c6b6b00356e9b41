// Prometheus's own code, built from the module proxy when Go is on the machine.
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheFolder } from '../e2e/cache.ts';

const SOURCE = fileURLToPath(new URL('./go', import.meta.url));
/** The first time, with downloads; two minutes on two cores. */
const BUILD_TIMEOUT_MS = 900_000;

type Built = { readonly kind: 'built'; readonly program: string } | { readonly kind: 'skipped'; readonly why: string };

/** A program of `test/bench/go`, built once into the cache. */
export function goProgram(name: 'textparse' | 'promql' | 'parse'): Built {
  if (spawnSync('go', ['version']).status !== 0) return { kind: 'skipped', why: 'skipped: go is not on this machine' };
  const cache = goCache();
  mkdirSync(cache, { recursive: true });
  const program = join(cache, name);
  const env = { ...process.env, GOMODCACHE: join(cache, 'modules'), GOCACHE: join(cache, 'build'), GOFLAGS: '-modcacherw' };
  const options = { cwd: SOURCE, env, encoding: 'utf8', timeout: BUILD_TIMEOUT_MS } as const;
  const build = spawnSync('go', ['build', '-o', program, `./${name}`], options);
  if (build.status === 0) return { kind: 'built', program };
  return { kind: 'skipped', why: `skipped: it could not be built: ${(build.stderr ?? '').trim().split('\n').at(-1)}` };
}

/** Samples per CPU second of the texts read in turn, or `skipped: why`. */
export function goSamplesPerSecond(texts: readonly Uint8Array[]): number | string {
  const built = goProgram('textparse');
  if (built.kind === 'skipped') return built.why;
  const files = texts.map((text, index) => {
    const file = join(goCache(), `text-${index}`);
    writeFileSync(file, text);
    return file;
  });
  const run = spawnSync(built.program, files, { encoding: 'utf8' });
  return run.status === 0 ? Number(run.stdout) : `skipped: it failed: ${run.stderr.trim()}`;
}

function goCache(): string {
  return join(cacheFolder(process.env), 'bench-go');
}
