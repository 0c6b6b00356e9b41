import { expect, it } from 'vitest';
import { IMPORT_RULES, NEVER_IMPORTED, OPEN_TO_ALL } from './rules.ts';
import { type Import, type SourceFile, sourceFiles } from './source-files.ts';

const files = sourceFiles();

function isAllowed(file: SourceFile, imported: Import): boolean {
  if (file.stage === imported.stage) return true;
  const open = OPEN_TO_ALL[file.stage];
  if (open !== undefined) return open.includes(imported.stage);
  if (imported.stage in OPEN_TO_ALL) return true;
  if (imported.stage === 'config' && imported.typeOnly) return true;
  const allowed = IMPORT_RULES[file.stage] ?? [];
  if (allowed.includes('*')) return !NEVER_IMPORTED.some((stage) => stage === imported.stage);
  return allowed.includes(imported.stage);
}

it('finds the sources', () => {
  expect(files.length).toBeGreaterThan(20);
});

it('covers every file by a rule', () => {
  expect(files.filter((file) => !(file.stage in IMPORT_RULES)).map((file) => file.path)).toEqual([]);
});

it('lets every stage import only what the table allows', () => {
  const wrong = files.flatMap((file) =>
    file.imports.filter((imported) => !isAllowed(file, imported)).map((imported) => `${file.path} → ${imported.path}`),
  );
  expect(wrong).toEqual([]);
});

it('has no import cycle', () => {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const done = new Set<string>();
  const cycles: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    if (trail.includes(path)) cycles.push([...trail.slice(trail.indexOf(path)), path].join(' → '));
    if (done.has(path) || trail.includes(path)) return;
    for (const imported of byPath.get(path)?.imports ?? []) visit(imported.path, [...trail, path]);
    done.add(path);
  };
  for (const path of byPath.keys()) visit(path, []);
  expect(cycles).toEqual([]);
});

it('imports only files that exist', () => {
  const known = new Set(files.map((file) => file.path));
  const missing = files.flatMap((file) =>
    file.imports
      .filter((imported) => !known.has(imported.path) && !known.has(imported.path.replace(/\.js$/, '.ts')))
      .map((imported) => `${file.path} → ${imported.path}`),
  );
  expect(missing).toEqual([]);
});
