// The words of one command, and what a word of a shell stands for without anything being run.

export type Value =
  | { readonly kind: 'known'; readonly text: string }
  /** `why`: the rest of a sentence that begins with the variable. */
  | { readonly kind: 'unknown'; readonly why: string };

/** What was set before, by name. */
export type Known = (name: string) => Value;

const WORD = /(?:\\[\s\S]|'[^']*'|"(?:\\[\s\S]|[^"\\])*"|\$\((?:[^()]|\([^()]*\))*\)|\$\{[^}]*\}|`[^`]*`|\([^)]*\)|[^\s])+/g;

/** As the shell splits them, each as written. */
export function wordsOf(command: string): readonly string[] {
  return command.match(WORD) ?? [];
}

interface Part {
  readonly pattern: RegExp;
  readonly read: (match: RegExpExecArray, known: Known) => Value;
}

const text = (said: string): Value => ({ kind: 'known', text: said });
const unknown = (why: string): Value => ({ kind: 'unknown', why });
const NAME = '[A-Za-z_]\\w*';

/** What begins with a dollar or a back quote, inside double quotes or not. */
const EXPANSIONS: readonly Part[] = [
  { pattern: /^\$\(\(/, read: () => unknown('is the result of arithmetic') },
  { pattern: /^(\$\(|`)/, read: () => unknown('is the output of a command') },
  { pattern: new RegExp(`^\\$\\{(${NAME})\\}`), read: ([, name = ''], known) => known(name) },
  { pattern: new RegExp(`^\\$(${NAME})`), read: ([, name = ''], known) => known(name) },
  { pattern: /^\$\{[^}]*\}?/, read: () => unknown('is made by an expansion that is more than the value of a variable') },
  { pattern: /^\$[\d@*#?$!-]/, read: () => unknown('depends on how the script is called') },
  { pattern: /^\$['"]/, read: () => unknown('is quoted in a way of bash alone') },
];

const PLAIN: readonly Part[] = [
  ...EXPANSIONS,
  { pattern: /^'([^']*)'/, read: ([, said = '']) => text(said) },
  { pattern: /^"((?:\\[\s\S]|[^"\\])*)"/, read: ([, said = ''], known) => join(said, { parts: QUOTED, known }) },
  { pattern: /^\\([\s\S])/, read: ([, said = '']) => text(said) },
  { pattern: /^\(/, read: () => unknown('is a list') },
  { pattern: /^[<>]\(/, read: () => unknown('is the output of a command') },
  { pattern: /^['"]/, read: () => unknown('has a quote that is not closed') },
  { pattern: /^[^'"\\$`(]+/, read: ([said]) => text(said) },
  { pattern: /^[\s\S]/, read: ([said]) => text(said) },
];

const QUOTED: readonly Part[] = [
  ...EXPANSIONS.filter(({ pattern }) => !pattern.test("$'")),
  { pattern: /^\\([$`"\\])/, read: ([, said = '']) => text(said) },
  { pattern: /^[^\\$`]+/, read: ([said]) => text(said) },
  { pattern: /^[\s\S]/, read: ([said]) => text(said) },
];

/** The value of what follows the `=` of an assignment. */
export function readValue(word: string, known: Known): Value {
  if (word.startsWith('~')) return unknown('begins with the home folder of who runs the script');
  return join(word, { parts: PLAIN, known });
}

function join(word: string, { parts, known }: { readonly parts: readonly Part[]; readonly known: Known }): Value {
  let joined = '';
  let rest = word;
  while (rest !== '') {
    const { value, length } = firstPart(rest, { parts, known });
    if (value.kind === 'unknown') return value;
    joined += value.text;
    rest = rest.slice(length);
  }
  return text(joined);
}

function firstPart(
  word: string,
  { parts, known }: { readonly parts: readonly Part[]; readonly known: Known },
): { readonly value: Value; readonly length: number } {
  for (const { pattern, read } of parts) {
    const match = pattern.exec(word);
    if (match !== null) return { value: read(match, known), length: match[0].length };
  }
  throw new Error('BUG: a word that no part begins');
}
