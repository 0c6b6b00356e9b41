// Pieces of a template to a tree.
import { quote } from '../quote.ts';
import { type Branch, type Command, GoTemplateError, type Node, type Operand, type Pipeline } from './ast.ts';
import { type Delimiters, lexTemplate, type Piece, type Token } from './lex.ts';

/** Actions of Go that define or leave templates: there is one template here, and it is run to its end. */
const REFUSED = new Set(['define', 'template', 'block', 'break', 'continue']);
/** Parentheses and actions within one another: more than anybody writes, and few enough for the stack. */
const MOST_DEPTH = 50;

/** Throws a GoTemplateError. */
export function parseTemplate(template: string, delimiters: Delimiters): readonly Node[] {
  const reader = new TemplateReader(lexTemplate(template, delimiters), template.length);
  return reader.whole();
}

type Closing = 'end' | 'else';

class TemplateReader {
  readonly #pieces: readonly Piece[];
  readonly #end: number;
  #index = 0;
  #depth = 0;

  constructor(pieces: readonly Piece[], end: number) {
    this.#pieces = pieces;
    this.#end = end;
  }

  whole(): readonly Node[] {
    const { nodes, closing } = this.#nodes();
    if (closing !== undefined)
      throw new GoTemplateError(closing.at, `unexpected ${quote(closing.text)}: nothing is open that it would close`);
    return nodes;
  }

  /** Up to an `end` or `else`, which is taken. */
  #nodes(): { readonly nodes: readonly Node[]; readonly closing: Token | undefined; readonly rest: ActionReader | undefined } {
    const nodes: Node[] = [];
    for (;;) {
      const piece = this.#pieces[this.#index];
      this.#index += 1;
      if (piece === undefined) return { nodes, closing: undefined, rest: undefined };
      if (piece.kind === 'text') {
        nodes.push(piece);
        continue;
      }
      const action = new ActionReader(piece.tokens, piece.at);
      const first = action.peek();
      if (first.kind === 'word' && (first.text === 'end' || first.text === 'else')) {
        action.take();
        return { nodes, closing: first, rest: action };
      }
      nodes.push(this.#action(action));
    }
  }

  #action(action: ActionReader): Node {
    const { kind, text, at } = action.peek();
    if (kind === 'word' && REFUSED.has(text))
      throw new GoTemplateError(at, `the action ${quote(text)} is not supported; write one template without it`);
    if (kind === 'word' && (text === 'if' || text === 'with' || text === 'range')) {
      action.take();
      return this.#branch(text, action, at);
    }
    const pipeline = action.pipeline({ mostVariables: 1 });
    action.finish();
    return { kind: 'output', pipeline };
  }

  #branch(kind: Branch['kind'], action: ActionReader, at: number): Branch {
    this.#depth += 1;
    if (this.#depth > MOST_DEPTH) throw new GoTemplateError(at, `more than ${MOST_DEPTH} actions stand within one another`);
    const pipeline = action.pipeline({ mostVariables: kind === 'range' ? 2 : 1 });
    action.finish();
    const body = this.#nodes();
    const otherwise = this.#otherwise(body.closing, { rest: body.rest, kind, at });
    this.#depth -= 1;
    return { kind, at, pipeline, body: body.nodes, otherwise };
  }

  #otherwise(
    closing: Token | undefined,
    { rest, kind, at }: { readonly rest: ActionReader | undefined; readonly kind: Branch['kind']; readonly at: number },
  ): readonly Node[] {
    if (closing === undefined || rest === undefined)
      throw new GoTemplateError(this.#end, `the action ${quote(kind)} has no end; write <<end>>`);
    if ((closing.text as Closing) === 'end') {
      rest.finish();
      return [];
    }
    const next = rest.peek();
    // `else if` is an `if` within the `else`, closed by the same `end`.
    if (next.kind === 'word' && next.text === kind && kind !== 'range') {
      rest.take();
      return [this.#branch(kind, rest, next.at)];
    }
    rest.finish();
    const last = this.#nodes();
    if (last.closing?.text !== 'end' || last.rest === undefined)
      throw new GoTemplateError(last.closing?.at ?? at, `the action ${quote(kind)} has no end; write <<end>>`);
    last.rest.finish();
    return last.nodes;
  }
}

/** The words of one action. */
class ActionReader {
  readonly #tokens: readonly Token[];
  readonly #at: number;
  #index = 0;
  #depth = 0;

  constructor(tokens: readonly Token[], at: number) {
    this.#tokens = tokens;
    this.#at = at;
  }

  peek(ahead = 0): Token {
    return this.#tokens[Math.min(this.#index + ahead, this.#tokens.length - 1)] ?? { kind: 'end', text: '', at: this.#at, isApart: true };
  }

  take(): Token {
    const token = this.peek();
    this.#index += 1;
    return token;
  }

  finish(): void {
    const token = this.peek();
    if (token.kind !== 'end') throw new GoTemplateError(token.at, `unexpected ${quote(token.text)}`);
  }

  pipeline({ mostVariables }: { readonly mostVariables: number }): Pipeline {
    this.#depth += 1;
    const { at } = this.peek();
    if (this.#depth > MOST_DEPTH) throw new GoTemplateError(at, `more than ${MOST_DEPTH} parentheses stand within one another`);
    const { variables, isDeclaration } = this.#variables(mostVariables);
    const commands = [this.#command()];
    while (this.#accept('|')) commands.push(this.#command());
    this.#depth -= 1;
    return { at, commands, variables, isDeclaration };
  }

  #variables(most: number): Pick<Pipeline, 'variables' | 'isDeclaration'> {
    const names: string[] = [];
    for (let ahead = 0; names.length < most && this.peek(ahead).kind === 'variable'; ahead += 2) {
      names.push(this.peek(ahead).text);
      const sign = this.peek(ahead + 1).text;
      if (sign === ':=' || sign === '=') {
        this.#index += ahead + 2;
        return { variables: names, isDeclaration: sign === ':=' };
      }
      if (sign !== ',') break;
    }
    return { variables: [], isDeclaration: false };
  }

  #command(): Command {
    const first = this.#operand();
    const others: Operand[] = [];
    while (this.#startsOperand()) others.push(this.#operand());
    return { at: first.at, operands: [first, ...others] };
  }

  #startsOperand(): boolean {
    const { kind, text } = this.peek();
    return kind !== 'end' && (kind !== 'sign' || text === '(');
  }

  #operand(): Operand {
    const token = this.take();
    const { kind, text, at } = token;
    switch (kind) {
      case 'field':
        return { kind: 'dot', at, fields: [text.slice(1), ...this.#fields()] };
      case 'dot':
        return { kind: 'dot', at, fields: [] };
      case 'variable':
        return { kind: 'variable', at, name: text, fields: this.#fields() };
      case 'word':
        return wordOf(token);
      case 'number':
        return { kind: 'constant', at, value: Number(text) };
      case 'string':
        return { kind: 'constant', at, value: textOf(text, at) };
      default:
        return this.#parentheses(token);
    }
  }

  #parentheses({ text, at, kind }: Token): Operand {
    if (kind === 'end') throw new GoTemplateError(at, 'a value is missing');
    if (text !== '(') throw new GoTemplateError(at, `unexpected ${quote(text)} where a value belongs`);
    const pipeline = this.pipeline({ mostVariables: 0 });
    if (!this.#accept(')')) throw new GoTemplateError(this.peek().at, `unexpected ${quote(this.peek().text)} where ")" belongs`);
    return { kind: 'pipeline', at, pipeline, fields: this.#fields() };
  }

  /** Fields that follow without a space. */
  #fields(): readonly string[] {
    const fields: string[] = [];
    while (this.peek().kind === 'field' && !this.peek().isApart) fields.push(this.take().text.slice(1));
    return fields;
  }

  #accept(sign: string): boolean {
    const { kind, text } = this.peek();
    if (kind !== 'sign' || text !== sign) return false;
    this.#index += 1;
    return true;
  }
}

const WORDS: ReadonlyMap<string, boolean | null> = new Map([
  ['true', true],
  ['false', false],
  ['nil', null],
]);

function wordOf({ text, at }: Token): Operand {
  const value = WORDS.get(text);
  return value === undefined ? { kind: 'function', at, name: text } : { kind: 'constant', at, value };
}

/** What a quoted text says; Go's escapes that JSON has too are those that are read. */
function textOf(quoted: string, at: number): string {
  if (quoted.startsWith('`')) return quoted.slice(1, -1);
  try {
    return String(JSON.parse(quoted));
  } catch {
    throw new GoTemplateError(at, `cannot read the text ${quote(quoted)}: an escape is not known; write it between backquotes`);
  }
}
