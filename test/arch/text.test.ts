import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT, sourceFiles } from './source-files.ts';

it('reads the clock, timers, randomness and the environment only at the edges', () => {
  const edges = /^src\/(?:lib|cli|app|bin\.js|main\.ts|fleet\/http|exporter\/meter)/;
  const hidden = /\b(?:Date\.now\(|performance\.now\(|setTimeout\(|setInterval\(|Math\.random\(|process\.env)/;
  expect(
    sourceFiles()
      .filter((file) => !edges.test(file.path) && hidden.test(file.text))
      .map((file) => file.path),
  ).toEqual([]);
});

it('has no lint suppression, no any and no evaluation of text', () => {
  const loose = /biome-ignore|@ts-ignore|@ts-expect-error|\beval\(|new Function\(|: any\b|\bas any\b/;
  expect(
    sourceFiles()
      .filter((file) => loose.test(file.text))
      .map((file) => file.path),
  ).toEqual([]);
});

it('names no package registry in the lock file', () => {
  expect(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')).not.toMatch(/"resolved": "https?:/);
});
