// A checked template at work: nodes to text.
import { quote } from '../quote.ts';
import { type Branch, type Command, GoTemplateError, type Node, type Operand, type Pipeline } from './ast.ts';
import { Fields, FUNCTIONS, isTrue, textOf, type Value } from './functions.ts';

/** Ranges within ranges multiply; no query is as long as this. */
const MOST_CHARACTERS = 4 * 1024 * 1024;

/** Variables of one block and of those around it: setting one anew reaches the block that declared it. */
class Variables {
  readonly #own = new Map<string, Value>();
  readonly #around: Variables | undefined;

  constructor(around?: Variables) {
    this.#around = around;
  }

  declare(name: string, value: Value): void {
    this.#own.set(name, value);
  }

  assign(name: string, value: Value): void {
    if (this.#own.has(name) || this.#around === undefined) this.#own.set(name, value);
    else this.#around.assign(name, value);
  }

  get(name: string): Value {
    return this.#own.get(name) ?? this.#around?.get(name) ?? null;
  }
}

interface Place {
  readonly dot: Value;
  readonly variables: Variables;
}

/** One filling. */
export class Run {
  readonly #given: Fields;
  #text = '';

  constructor(given: Fields) {
    this.#given = given;
  }

  /** Throws a GoTemplateError. */
  text(nodes: readonly Node[]): string {
    const variables = new Variables();
    variables.declare('$', this.#given);
    this.#all(nodes, { dot: this.#given, variables });
    return this.#text;
  }

  #all(nodes: readonly Node[], { dot, variables }: Place): void {
    const place = { dot, variables: new Variables(variables) };
    for (const node of nodes) {
      if (node.kind === 'text') this.#write(node.text, 0);
      else if (node.kind === 'output') this.#output(node.pipeline, place);
      else this.#branch(node, place);
    }
  }

  #write(text: string, at: number): void {
    this.#text += text;
    if (this.#text.length > MOST_CHARACTERS)
      throw new GoTemplateError(at, `it makes more than ${MOST_CHARACTERS} characters; range over less`);
  }

  #output(pipeline: Pipeline, place: Place): void {
    const value = this.#pipeline(pipeline, place);
    // What sets a variable writes nothing.
    if (pipeline.variables.length === 0) this.#write(textOf(value), pipeline.at);
    else this.#set(pipeline, [value], place.variables);
  }

  #set({ variables: names, isDeclaration }: Pipeline, values: readonly Value[], variables: Variables): void {
    for (const [index, name] of names.entries()) {
      const value = values[index] ?? null;
      if (isDeclaration) variables.declare(name, value);
      else variables.assign(name, value);
    }
  }

  #branch({ kind, pipeline, body, otherwise }: Branch, place: Place): void {
    const value = this.#pipeline(pipeline, place);
    const variables = new Variables(place.variables);
    if (kind === 'range') {
      const entries = entriesOf(value, pipeline.at);
      for (const [key, element] of entries) {
        // With one variable it is the element.
        this.#set(pipeline, pipeline.variables.length === 2 ? [key, element] : [element], variables);
        this.#all(body, { dot: element, variables });
      }
      if (entries.length === 0) this.#all(otherwise, place);
      return;
    }
    this.#set(pipeline, [value], variables);
    if (isTrue(value)) this.#all(body, { dot: kind === 'with' ? value : place.dot, variables });
    else this.#all(otherwise, { dot: place.dot, variables });
  }

  #pipeline({ commands }: Pipeline, place: Place): Value {
    let value: Value | undefined;
    for (const command of commands) value = this.#command(command, place, value);
    return value ?? null;
  }

  #command({ operands: [first, ...args], at }: Command, place: Place, piped: Value | undefined): Value {
    if (first.kind !== 'function') return this.#operand(first, place);
    const values = args.map((operand) => this.#operand(operand, place));
    return this.#call(first.name, piped === undefined ? values : [...values, piped], at);
  }

  #call(name: string, args: readonly Value[], at: number): Value {
    const call = FUNCTIONS.get(name);
    if (call === undefined) throw new Error(`BUG: no function ${name} in a template that was checked`);
    try {
      return call(args);
    } catch (cause) {
      throw new GoTemplateError(at, `function ${quote(name)}: ${cause instanceof Error ? cause.message : String(cause)}`);
    }
  }

  #operand(operand: Operand, place: Place): Value {
    switch (operand.kind) {
      case 'constant':
        return operand.value;
      case 'function':
        return this.#call(operand.name, [], operand.at);
      case 'dot':
        return fieldOf(place.dot, operand.fields);
      case 'variable':
        return fieldOf(place.variables.get(operand.name), operand.fields);
      case 'pipeline':
        return fieldOf(this.#pipeline(operand.pipeline, place), operand.fields);
    }
  }
}

function fieldOf(value: Value, [name]: readonly string[]): Value {
  if (name === undefined) return value;
  return value instanceof Fields ? (value.values.get(name) ?? null) : null;
}

function entriesOf(value: Value, at: number): readonly (readonly [Value, Value])[] {
  if (Array.isArray(value)) return value.map((element, index) => [index, element] as const);
  if (value instanceof Map) return [...value].sort(([one], [other]) => (one < other ? -1 : 1));
  if (value === null) return [];
  throw new GoTemplateError(at, `cannot range over ${quote(textOf(value))}: it is no list and no map`);
}
