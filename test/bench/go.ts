// Prometheus's own parser, built from the module proxy when Go is on the machine.
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const SOURCE = fileURLToPath(new URL('./go', import.meta.url));
const BUILD_TIMEOUT_MS = 300_000;

/** Samples per CPU second of the texts read in turn, or `skipped: why`. */
export function goSamplesPerSecond(texts: readonly Uint8Array[]): number | string {
  if (spawnSync('go', ['version']).status !== 0) return 'skipped: go is not on this machine';
  const cache = join(process.env['PLIMSOLL_CACHE'] ?? join(tmpdir(), 'plimsoll-cache'), 'bench-go');
  mkdirSync(cache, { recursive: true });
  const program = join(cache, 'textparse');
  const env = { ...process.env, GOMODCACHE: join(cache, 'modules'), GOCACHE: join(cache, 'build'), GOFLAGS: '-modcacherw' };
  const build = spawnSync('go', ['build', '-o', program, '.'], { cwd: SOURCE, env, encoding: 'utf8', timeout: BUILD_TIMEOUT_MS });
  if (build.status !== 0) return `skipped: it could not be built: ${(build.stderr ?? '').trim().split('\n').at(-1)}`;
  const files = texts.map((text, index) => {
    const file = join(cache, `text-${index}`);
    writeFileSync(file, text);
    return file;
  });
  const run = spawnSync(program, files, { encoding: 'utf8' });
  return run.status === 0 ? Number(run.stdout) : `skipped: it failed: ${run.stderr.trim()}`;
}
