// The source tree as data: files, their stage, and what they import.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export interface SourceFile {
  /** From the root, with slashes: `src/store/store.ts`. */
  readonly path: string;
  readonly stage: string;
  readonly text: string;
  readonly imports: readonly Import[];
}

export interface Import {
  /** Path of the imported file from the root. */
  readonly path: string;
  readonly stage: string;
  readonly typeOnly: boolean;
}

const IMPORT =
  /(?:^|\n)\s*(?:import|export)\s+(?<type>type\s)?(?:[^'";]*?\sfrom\s+)?'(?<from>\.[^']+)'|import\(\s*'(?<dynamic>\.[^']+)'\s*\)/g;

export function sourceFiles(): SourceFile[] {
  const paths = readdirSync(join(ROOT, 'src'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(?:ts|js)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
  return paths.map((path) => {
    const text = readFileSync(path, 'utf8');
    return { path: relative(ROOT, path), stage: stageOf(path), text, imports: importsOf(path, text) };
  });
}

function importsOf(path: string, text: string): Import[] {
  return [...text.matchAll(IMPORT)].map((match) => {
    const target = resolve(dirname(path), match.groups?.['from'] ?? match.groups?.['dynamic'] ?? '');
    return { path: relative(ROOT, target), stage: stageOf(target), typeOnly: match.groups?.['type'] !== undefined };
  });
}

// `src/store/rows.ts` → store; `src/main.ts` → main.
function stageOf(path: string): string {
  const [, first = ''] = relative(ROOT, path).split('/');
  return first.replace(/\.(?:ts|js)$/, '');
}
