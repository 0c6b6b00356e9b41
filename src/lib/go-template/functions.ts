// The functions of Go's templates that make text and decide: `and`, `or` and `not` too, whose arguments are all there already.
import { quote } from '../quote.ts';

/** What a template handles: texts, numbers, truths, nothing, lists and maps of texts, and the fields it was given. */
export type Value = string | number | boolean | null | readonly string[] | ReadonlyMap<string, string> | Fields;

/** The fields that a template is given, by name. */
export class Fields {
  readonly values: ReadonlyMap<string, Value>;

  constructor(values: ReadonlyMap<string, Value>) {
    this.values = values;
  }
}

type GoFunction = (args: readonly Value[]) => Value;

/** By name; a function throws an Error that says what is wrong with its arguments. */
export const FUNCTIONS: ReadonlyMap<string, GoFunction> = new Map<string, GoFunction>([
  ['and', (args) => args.find((one) => !isTrue(one)) ?? lastOf(args)],
  ['or', (args) => args.find(isTrue) ?? lastOf(args)],
  ['not', (args) => !isTrue(only(args, 1)[0] ?? null)],
  ['len', (args) => lengthOf(only(args, 1)[0] ?? null)],
  ['index', indexed],
  ['slice', sliced],
  ['print', printed],
  ['printf', formatted],
  ['println', (args) => `${args.map(textOf).join(' ')}\n`],
  ['eq', ([first = null, ...others]) => atLeastOne(others).some((other) => isEqual([first, other]))],
  ['ne', (args) => !isEqual(only(args, 2))],
  ['lt', (args) => compared(args) < 0],
  ['le', (args) => compared(args) <= 0],
  ['gt', (args) => compared(args) > 0],
  ['ge', (args) => compared(args) >= 0],
]);

/** As Go's templates mean it: nothing, zero, false and what is empty are not. */
export function isTrue(value: Value): boolean {
  if (value === null || value === false || value === 0 || value === '') return false;
  if (Array.isArray(value)) return value.length > 0;
  return !(value instanceof Map) || value.size > 0;
}

/** As Go prints a value by itself. */
export function textOf(value: Value): string {
  if (value === null) return '<nil>';
  if (Array.isArray(value)) return `[${value.join(' ')}]`;
  if (value instanceof Fields) return `{${[...value.values.values()].map(textOf).join(' ')}}`;
  if (value instanceof Map) {
    const pairs = [...value].sort(([one], [other]) => (one < other ? -1 : 1));
    return `map[${pairs.map(([key, text]) => `${key}:${text}`).join(' ')}]`;
  }
  return String(value);
}

function only(args: readonly Value[], count: number): readonly Value[] {
  if (args.length !== count) throw new Error(`it takes ${count} argument${count === 1 ? '' : 's'}, got ${args.length}`);
  return args;
}

function atLeastOne(args: readonly Value[]): readonly Value[] {
  if (args.length === 0) throw new Error('it takes two arguments at least');
  return args;
}

function lastOf(args: readonly Value[]): Value {
  const last = args.at(-1);
  if (last === undefined) throw new Error('it takes an argument at least');
  return last;
}

function lengthOf(value: Value): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (Array.isArray(value)) return value.length;
  if (value instanceof Map) return value.size;
  throw new Error(`${textOf(value)} has no length`);
}

/** A key that a map lacks is the empty text, as the zero value of Go is. */
function indexed([container = null, ...keys]: readonly Value[]): Value {
  const [key, ...more] = keys;
  if (key === undefined) return container;
  if (container instanceof Map && typeof key === 'string') return indexed([container.get(key) ?? '', ...more]);
  if (!Array.isArray(container) || typeof key !== 'number')
    throw new Error(`cannot take ${quote(textOf(key))} of ${quote(textOf(container))}`);
  const found: string | undefined = container[key];
  if (found === undefined) throw new Error(`index ${key} is out of range: there are ${container.length}`);
  return indexed([found, ...more]);
}

function sliced([container = null, ...bounds]: readonly Value[]): Value {
  const length = lengthOf(container);
  const [from = 0, to = length] = bounds;
  if (typeof from !== 'number' || typeof to !== 'number' || from < 0 || to > length || from > to) {
    throw new Error(`cannot slice ${length} from ${textOf(from)} to ${textOf(to)}`);
  }
  if (typeof container === 'string') return Buffer.from(container).subarray(from, to).toString();
  if (Array.isArray(container)) return container.slice(from, to);
  throw new Error(`cannot slice ${quote(textOf(container))}`);
}

/** With a space between two neighbours of which neither is a text, as Go's Sprint has it. */
function printed(args: readonly Value[]): string {
  let text = '';
  for (const [index, arg] of args.entries()) {
    const before = args[index - 1];
    if (index > 0 && typeof arg !== 'string' && typeof before !== 'string') text += ' ';
    text += textOf(arg);
  }
  return text;
}

const VERB = /%(?<verb>.?)/gsu;
const VERBS = 'svqdt%';

/** What of a format is not supported, or undefined. */
export function refusedVerb(format: string): string | undefined {
  for (const match of format.matchAll(VERB)) {
    const verb = match.groups?.['verb'] ?? '';
    if (verb === '' || !VERBS.includes(verb)) return `%${verb}`;
  }
  return undefined;
}

function formatted([format = null, ...args]: readonly Value[]): string {
  if (typeof format !== 'string') throw new Error('its first argument has to be a text');
  const refused = refusedVerb(format);
  if (refused !== undefined) throw new Error(`${quote(refused)} is not supported; use %s, %v, %q, %d or %t`);
  let next = 0;
  const text = format.replace(VERB, (_whole, verb: string) => {
    if (verb === '%') return '%';
    const arg = args[next];
    next += 1;
    if (arg === undefined) throw new Error(`${quote(format)} takes more arguments than the ${args.length} it has`);
    return inVerb(verb, arg);
  });
  if (next < args.length) throw new Error(`${quote(format)} takes ${next} arguments, got ${args.length}`);
  return text;
}

function inVerb(verb: string, arg: Value): string {
  if (verb === 'd' && typeof arg !== 'number') throw new Error(`%d takes a number, got ${quote(textOf(arg))}`);
  if (verb === 't' && typeof arg !== 'boolean') throw new Error(`%t takes true or false, got ${quote(textOf(arg))}`);
  // Go's quotes are JSON's for all that can be printed.
  if (verb !== 'q') return textOf(arg);
  return Array.isArray(arg) ? `[${arg.map((one) => JSON.stringify(one)).join(' ')}]` : JSON.stringify(textOf(arg));
}

/** As in Go only values of one type can be equal, and nothing else than nothing is. */
function isEqual([one = null, other = null]: readonly Value[]): boolean {
  if (one !== null && other !== null && (typeof one !== typeof other || typeof one === 'object')) {
    throw new Error('it compares two texts, two numbers or two truths');
  }
  return one === other;
}

function compared(args: readonly Value[]): number {
  const [one, other] = only(args, 2);
  if (typeof one === 'number' && typeof other === 'number') return one - other;
  if (typeof one === 'string' && typeof other === 'string') return Buffer.compare(Buffer.from(one), Buffer.from(other));
  throw new Error('it compares two numbers or two texts');
}
