// The words of a command line: the flags that a command knows, and the rest. A mistake is one line that names the flag.
import { parseArgs } from 'node:util';
import { nearest } from '../lib/nearest.ts';
import { quote } from '../lib/quote.ts';
import { usageError } from './command.ts';

export interface FlagSpec {
  readonly flag: string;
  /** A boolean takes no value; an optional one takes the word that follows, unless it is a flag. */
  readonly type: 'string' | 'boolean' | 'optional';
}

export interface Words {
  readonly positionals: readonly string[];
  /** By flag; of a flag that is given twice the last value. */
  readonly values: Readonly<Record<string, string | boolean | undefined>>;
}

/** Throws a UserError (exit code 2) for a flag that `known` lacks, and for one without its value. */
export function parseWords(command: string, args: readonly string[], known: readonly FlagSpec[]): Words {
  const options = Object.fromEntries(known.map(({ flag, type }) => [flag, { type: type === 'boolean' ? type : ('string' as const) }]));
  // Not strict: Node's own messages explain Node's rules in three sentences.
  const { tokens } = parseArgs({ args: [...withValues(args, known)], options, strict: false, allowPositionals: true, tokens: true });
  const positionals: string[] = [];
  const values: Record<string, string | boolean> = {};
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value);
    if (token.kind !== 'option') continue;
    const mistake = mistakeIn(token, known);
    if (mistake !== undefined) throw usageError(command, mistake);
    values[token.name] = token.value ?? true;
  }
  return { positionals, values };
}

/** An optional flag without a value has an empty one: the words after it are read as they are without it. */
function withValues(args: readonly string[], known: readonly FlagSpec[]): readonly string[] {
  return args.map((word, at) => {
    const isOptional = known.some(({ flag, type }) => type === 'optional' && word === `--${flag}`);
    const next = args[at + 1];
    return isOptional && (next === undefined || /^-./.test(next)) ? `${word}=` : word;
  });
}

interface GivenFlag {
  readonly name: string;
  /** As written, with its dashes. */
  readonly rawName: string;
  readonly value: string | undefined;
  /** True for `--flag=value`. */
  readonly inlineValue: boolean | undefined;
}

function mistakeIn({ name, rawName, value, inlineValue }: GivenFlag, known: readonly FlagSpec[]): string | undefined {
  const spec = known.find(({ flag }) => flag === name);
  if (spec === undefined) return unknownFlag(rawName, known);
  if (spec.type === 'boolean') return value === undefined ? undefined : `--${name} takes no value, got ${quote(value)}`;
  if (value === undefined) return `--${name} needs a value`;
  if (inlineValue !== true && /^-./.test(value)) {
    return `--${name} needs a value, got ${quote(value)}; write a value that begins with a dash as --${name}=VALUE`;
  }
  return undefined;
}

function unknownFlag(rawName: string, known: readonly FlagSpec[]): string {
  const meant = nearest(
    rawName,
    known.map(({ flag }) => `--${flag}`),
  );
  return `there is no option ${quote(rawName)}${meant === undefined ? '' : `, did you mean ${meant}?`}`;
}
