// What the texts of this repository say about files: those they name are there, and none is somebody's own.
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from './source-files.ts';

const OURS = /^(?:(?:src|test|fixtures|docs|build|k8s|dashboards|\.ci)(?:\/|$)|(?!package-lock)[\w.-]+\.(?:md|json|ts)$)/;

const paths = listed(ROOT).toSorted();
const texts = paths.map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }));

function listed(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (!OURS.test(relative(ROOT, path))) return [];
    if (entry.isDirectory()) return listed(path);
    return entry.isFile() ? [relative(ROOT, path)] : [];
  });
}

/** Comments of code, whole documents. */
function prose({ path, text }: { readonly path: string; readonly text: string }): string {
  if (path.endsWith('.md')) return text;
  if (!/\.(?:ts|js)$/.test(path)) return '';
  return text
    .split('\n')
    .map((line) => /^\s*(?:\/\/|\/?\*)(?<words>.*)$/.exec(line)?.groups?.['words'] ?? '')
    .join('\n');
}

/** `src/store/rows.ts`, `fixtures/triton`, `cli/run.ts`, `canonical.ts`; what is written with a pattern or a placeholder is left out. */
const FILE = /(?<![\w./<*-])(?<path>(?:(?:src|test|fixtures|docs|build)\/[\w./-]*\w|(?:[\w-]+\/)*[\w-]+\.(?:ts|md)))(?![\w/*<{-])/g;

it('names only files that are there', () => {
  const isKnown = (name: string): boolean => paths.some((path) => `/${path}`.endsWith(`/${name}`) || path.startsWith(`${name}/`));
  const named = texts.flatMap((file) =>
    [...prose(file).matchAll(FILE)].map((match) => ({ in: file.path, name: match.groups?.['path'] ?? '' })),
  );
  expect(named.length).toBeGreaterThan(20);
  expect(named.filter(({ name }) => !isKnown(name))).toEqual([]);
});

it('names no file of somebody’s own machine', () => {
  const own = /(?<![\w.~}-])\/(?:home|Users|root|work|tmp|private|mnt|opt)\/[\w.-]+/g;
  expect(texts.flatMap(({ path, text }) => [...text.matchAll(own)].map(([found]) => `${path}: ${found}`))).toEqual([]);
});
