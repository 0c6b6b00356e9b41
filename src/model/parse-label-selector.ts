// Label selectors as text: the grammar of k8s.io/apimachinery pkg/labels (`=`, `==`, `!=`, `in`, `notin`, `key`, `!key`). Its `>` and `<` are
// refused, which no LabelSelector object and so no HPA can say (ParseToLabelSelector refuses them too); only `(a,,)` is taken beyond it.
import { quote } from '../lib/quote.ts';
import type { LabelRequirement, LabelSelector } from './label-selector.ts';
import { validateKey, validateValue } from './label-syntax.ts';

interface Token {
  readonly text: string;
  /** Position in the selector, from 1. */
  readonly at: number;
}

const TOKEN = /[ \t\r\n]*(?<text>[=!]=|[=!(),<>]|[^=!(),<> \t\r\n]+|$)/gy;
const WORD = /^[^=!(),<> \t\r\n]/;

/** Empty text selects everything. Throws a LabelSelectorError. */
export function parseLabelSelector(text: string): LabelSelector {
  return parseRequirements(tokensOf(text));
}

/** The message says cause and place. */
export class LabelSelectorError extends Error {
  override readonly name = 'LabelSelectorError';

  /** `at`: position in the selector, from 1. */
  constructor(cause: string, at: number) {
    super(`${cause} at character ${at}`);
  }
}

/** Every token, and one that is empty for the end. */
function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  for (const match of text.matchAll(TOKEN)) {
    const token = match.groups?.['text'] ?? '';
    tokens.push({ text: token, at: match.index + match[0].length - token.length + 1 });
  }
  return tokens;
}

/** Hands out tokens one after the other; the last one, the end, again and again. */
class Cursor {
  readonly #tokens: readonly Token[];
  #index = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  peek(): Token {
    return this.#tokens[Math.min(this.#index, this.#tokens.length - 1)] ?? { text: '', at: 1 };
  }

  next(): Token {
    const token = this.peek();
    this.#index += 1;
    return token;
  }
}

function parseRequirements(tokens: readonly Token[]): LabelSelector {
  const cursor = new Cursor(tokens);
  const requirements: LabelRequirement[] = [];
  if (cursor.peek().text === '') return requirements;
  for (;;) {
    requirements.push(parseRequirement(cursor));
    const token = cursor.next();
    if (token.text === '') return requirements;
    if (token.text !== ',') throw expected('"," or the end', token);
  }
}

function parseRequirement(cursor: Cursor): LabelRequirement {
  if (cursor.peek().text === '!') {
    cursor.next();
    return { key: parseKey(cursor), operator: 'DoesNotExist', values: [] };
  }
  const key = parseKey(cursor);
  const next = cursor.peek().text;
  if (next === '' || next === ',') return { key, operator: 'Exists', values: [] };
  const operator = cursor.next();
  switch (operator.text) {
    case '=':
    case '==':
      return { key, operator: 'In', values: [parseExactValue(cursor)] };
    case '!=':
      return { key, operator: 'NotIn', values: [parseExactValue(cursor)] };
    case 'in':
      return { key, operator: 'In', values: parseValues(cursor) };
    case 'notin':
      return { key, operator: 'NotIn', values: parseValues(cursor) };
    default:
      throw expected('one of =, ==, !=, in, notin', operator);
  }
}

function parseKey(cursor: Cursor): string {
  const token = cursor.next();
  if (!WORD.test(token.text)) throw expected('a label key', token);
  return valid(token, validateKey);
}

/** `key=` asks for the empty value. */
function parseExactValue(cursor: Cursor): string {
  const { text } = cursor.peek();
  if (text === '' || text === ',') return '';
  return parseValue(cursor);
}

function parseValue(cursor: Cursor): string {
  const token = cursor.next();
  if (!WORD.test(token.text)) throw expected('a value', token);
  return valid(token, validateValue);
}

/** `(a,b)`; a value left out, as in `(a,)` or `()`, is the empty one. */
function parseValues(cursor: Cursor): readonly string[] {
  const open = cursor.next();
  if (open.text !== '(') throw expected('"("', open);
  const values = new Set<string>();
  for (;;) {
    const { text } = cursor.peek();
    values.add(text === ',' || text === ')' ? '' : parseValue(cursor));
    const token = cursor.next();
    if (token.text === ')') return [...values];
    if (token.text !== ',') throw expected('"," or ")"', token);
  }
}

function expected(what: string, got: Token): LabelSelectorError {
  return new LabelSelectorError(`expected ${what}, got ${got.text === '' ? 'the end' : quote(got.text)}`, got.at);
}

function valid(token: Token, problemOf: (text: string) => string | undefined): string {
  const problem = problemOf(token.text);
  if (problem !== undefined) throw new LabelSelectorError(problem, token.at);
  return token.text;
}
