import { expect, it } from 'vitest';
import { DATA_TABLES } from './rules.ts';
import { sourceFiles } from './source-files.ts';

const sizes = sourceFiles()
  .filter((file) => !DATA_TABLES.includes(file.path))
  .map((file) => ({ path: file.path, lines: file.text.split('\n').length - 1 }))
  .sort((a, b) => a.lines - b.lines);

function quantile(share: number): number {
  return sizes[Math.floor(share * (sizes.length - 1))]?.lines ?? 0;
}

it('keeps every file under 300 lines', () => {
  expect(sizes.filter((file) => file.lines > 300)).toEqual([]);
});

it('keeps the median at 90 lines and the ninth decile at 220', () => {
  expect(quantile(0.5)).toBeLessThanOrEqual(90);
  expect(quantile(0.9)).toBeLessThanOrEqual(220);
});
