// The variables that a shell script sets, as far as that can be told without running it.
import { commandsIn, type ScriptCommand } from './commands.ts';
import { readValue, type Value, wordsOf } from './words.ts';

export interface Variable {
  /** Where it was set last. */
  readonly line: number;
  readonly value: Value;
}

export interface Script {
  readonly variables: ReadonlyMap<string, Variable>;
  /** Lines that may set any variable: other files that are read, and text that is run. */
  readonly opaque: readonly { readonly line: number; readonly what: string }[];
}

const ASSIGNMENT = /^(?<name>[A-Za-z_]\w*)(?<plus>\+?)=(?<word>[\s\S]*)$/;
const DECLARES: ReadonlySet<string> = new Set(['export', 'declare', 'readonly', 'typeset', 'local']);
const OPAQUE: Readonly<Record<string, string>> = { source: 'reads another file', '.': 'reads another file', eval: 'runs a text' };

/** Nothing is run. */
export function readScript(text: string): Script {
  const variables = new Map<string, Variable>();
  const opaque: { line: number; what: string }[] = [];
  for (const command of commandsIn(text.replaceAll('\r\n', '\n'))) {
    const words = wordsOf(command.text);
    const [first = ''] = words;
    const what = OPAQUE[first];
    if (what !== undefined) opaque.push({ line: command.line, what });
    if (first === 'unset') for (const name of words.slice(1)) variables.delete(name);
    for (const word of assignmentsOf(words)) assign(variables, word, command);
  }
  return { variables, opaque };
}

/** An assignment before a command is that command's alone. */
function assignmentsOf(words: readonly string[]): readonly string[] {
  const [first = ''] = words;
  if (DECLARES.has(first)) return words.slice(1).filter((word) => ASSIGNMENT.test(word));
  return words.every((word) => ASSIGNMENT.test(word)) ? words : [];
}

function assign(variables: Map<string, Variable>, assignment: string, { line, isConditional }: ScriptCommand): void {
  const { name = '', plus = '', word = '' } = ASSIGNMENT.exec(assignment)?.groups ?? {};
  const known = (other: string): Value =>
    variables.get(other)?.value ?? { kind: 'unknown', why: `needs $${other}, which is not set above it` };
  const added = readValue(word, known);
  const value = plus === '' ? added : joined(variables.get(name)?.value ?? { kind: 'known', text: '' }, added);
  variables.set(name, { line, value: isConditional ? { kind: 'unknown', why: 'is set under a condition' } : value });
}

function joined(one: Value, other: Value): Value {
  if (one.kind === 'unknown') return one;
  return other.kind === 'unknown' ? other : { kind: 'known', text: one.text + other.text };
}
