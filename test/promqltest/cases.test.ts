// The authored files: each passes in Prometheus 3.11 and has to pass here.
import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { embedded } from './command.ts';
import { countsOf, failureLines } from './report.ts';
import { runFile } from './run-file.ts';

const FOLDER = new URL('./cases/', import.meta.url);

it.each(readdirSync(FOLDER).filter((name) => name.endsWith('.promql')))('%s', async (name) => {
  const report = await runFile(readFileSync(new URL(name, FOLDER), 'utf8'), embedded({ experimentalFunctions: true }));
  expect(failureLines(name, report)).toEqual([]);
  expect(countsOf(report)).toMatchObject({ failed: 0, skipped: 0 });
  expect(report.cases.length).toBeGreaterThan(0);
});
