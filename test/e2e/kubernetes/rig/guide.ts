// A guide of docs/ as steps that can be followed to the letter: files that it shows, commands that it gives.
import { execFile } from 'node:child_process';
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export type Step =
  /** A block of YAML whose first line is a comment with its path. */
  | { readonly kind: 'file'; readonly path: string; readonly text: string }
  /** A line of a block of commands. */
  | { readonly kind: 'command'; readonly line: string }
  /** What the last command says: a block of no language. */
  | { readonly kind: 'output'; readonly text: string };

/** Steps by section, which is the number before its title: `## 4. Start …`. */
export type Guide = ReadonlyMap<number, readonly Step[]>;

const DOCS = fileURLToPath(new URL('../../../../docs/', import.meta.url));
const BLOCK = /^```(?<language>yaml|sh|)\n(?<text>[\s\S]*?)^```$/gm;

export async function readGuide(name: string): Promise<Guide> {
  const text = await readFile(join(DOCS, name), 'utf8');
  const sections = text.split(/^## /m).slice(1);
  return new Map(sections.map((section) => [Number.parseInt(section, 10), stepsIn(section)]));
}

function stepsIn(section: string): readonly Step[] {
  return [...section.matchAll(BLOCK)].flatMap(({ groups }): readonly Step[] => {
    const text = groups?.['text'] ?? '';
    if (groups?.['language'] === 'sh') {
      return text
        .trim()
        .split('\n')
        .map((line) => ({ kind: 'command', line }));
    }
    if (groups?.['language'] === '') return [{ kind: 'output', text }];
    const path = /^# (?<path>\S+)\n/.exec(text)?.groups?.['path'];
    return path === undefined ? [] : [{ kind: 'file', path, text: text.slice(text.indexOf('\n') + 1) }];
  });
}

export interface Follower {
  /** Where the commands run and files are. */
  readonly folder: string;
  /** By the name that the guide has for a program: the program, and arguments before the others. */
  readonly programs: Readonly<Record<string, readonly [string, ...string[]]>>;
  readonly env: NodeJS.ProcessEnv;
  /** Arguments as they have to be here. */
  readonly adapted: (words: readonly string[]) => readonly string[];
}

const run = promisify(execFile);

/** What a command wrote to its output; rejects with what it wrote to its errors unless it ends with code 0. Others say nothing. */
export async function follow(step: Step, { folder, programs, env, adapted }: Follower): Promise<string> {
  if (step.kind === 'file') {
    await writeFile(join(folder, step.path), step.text);
    return '';
  }
  if (step.kind === 'output') return '';
  const { words, output, appends } = readCommand(step.line);
  const [name = '', ...rest] = adapted(words);
  const [program = name, ...before] = programs[name] ?? [];
  const { stdout } = await run(program, [...before, ...rest], { cwd: folder, env });
  if (output !== undefined) await (appends ? appendFile : writeFile)(join(folder, output), stdout);
  return stdout;
}

interface Command {
  readonly words: readonly string[];
  /** The file after `>` or `>>`. */
  readonly output: string | undefined;
  readonly appends: boolean;
}

/** As a shell reads words, single quotes and one redirection. */
function readCommand(line: string): Command {
  const words = [...line.matchAll(/'(?<quoted>[^']*)'|(?<plain>\S+)/g)].map(({ groups }) => groups?.['quoted'] ?? groups?.['plain'] ?? '');
  const arrow = words.findIndex((word) => word === '>' || word === '>>');
  if (arrow === -1) return { words, output: undefined, appends: false };
  return { words: words.slice(0, arrow), output: words[arrow + 1], appends: words[arrow] === '>>' };
}
