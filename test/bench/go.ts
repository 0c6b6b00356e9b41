// Prometheus's own reader of expositions, to be measured beside ours.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { goCache, goProgram } from '../e2e/go-program.ts';

/** Samples per CPU second of the texts read in turn, or `skipped: why`. */
export function goSamplesPerSecond(texts: readonly Uint8Array[]): number | string {
  const built = goProgram('bench/go/textparse');
  if (built.kind === 'skipped') return built.why;
  const files = texts.map((text, index) => {
    const file = join(goCache(), `text-${index}`);
    writeFileSync(file, text);
    return file;
  });
  const run = spawnSync(built.program, files, { encoding: 'utf8' });
  return run.status === 0 ? Number(run.stdout) : `skipped: it failed: ${run.stderr.trim()}`;
}
