// The parser's place in the tokens, and its complaints.

import { quote } from '../../lib/quote.ts';
import type { QueryError } from '../../model/query-engine.ts';
import { badExpression } from './failure.ts';
import { lex, type Token } from './lex.ts';
import { durationMsOf, unquote } from './literals.ts';

/** Operators, calls and parentheses in one expression; bounds how deep the parser and what walks the tree recurse (half a MiB of stack). */
const MOST_PARTS = 300;

const LABEL_NAME = /^[a-zA-Z_]\w*$/;

export class TokenCursor {
  readonly text: string;
  readonly #tokens: readonly Token[];
  #next = 0;
  #parts = 0;

  constructor(text: string) {
    this.text = text;
    this.#tokens = lex(text);
  }

  /** The token `ahead` of the next one; past the end it is the end. */
  peek(ahead = 0): Token {
    return this.#tokens[this.#next + ahead] ?? { kind: 'end', text: '', at: this.text.length };
  }

  take(): Token {
    const token = this.peek();
    this.#next += 1;
    return token;
  }

  /** Offset after the last token that was taken. */
  get end(): number {
    const last = this.#tokens[this.#next - 1];
    return last === undefined ? 0 : last.at + last.text.length;
  }

  isSymbol(symbol: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    return token.kind === 'symbol' && token.text === symbol;
  }

  acceptSymbol(symbol: string): boolean {
    const found = this.isSymbol(symbol);
    if (found) this.#next += 1;
    return found;
  }

  expectSymbol(symbol: string): void {
    if (!this.acceptSymbol(symbol)) throw this.unexpected(quote(symbol));
  }

  /** The next token's keyword in lower case when it is one of `keywords` in any case. */
  keyword<K extends string>(keywords: readonly K[], ahead = 0): K | undefined {
    const token = this.peek(ahead);
    return token.kind === 'word' ? keywords.find((keyword) => keyword === token.text.toLowerCase()) : undefined;
  }

  acceptKeyword<K extends string>(keywords: readonly K[]): K | undefined {
    const found = this.keyword(keywords);
    if (found !== undefined) this.#next += 1;
    return found;
  }

  takeDurationMs(): number {
    const durationMs = this.peek().kind === 'number' ? durationMsOf(this.peek().text) : undefined;
    if (durationMs === undefined) throw this.unexpected('a duration such as 5m');
    this.take();
    return durationMs;
  }

  takeString(): string {
    const value = this.peek().kind === 'string' ? unquote(this.peek().text) : undefined;
    if (value === undefined) throw this.unexpected('a string with valid escapes in quotes');
    this.take();
    return value;
  }

  /** A label's name, bare or quoted. */
  takeLabelName(): string {
    const token = this.peek();
    if (token.kind === 'string') return this.takeString();
    if (token.kind !== 'word' || !LABEL_NAME.test(token.text)) throw this.unexpected('a label name');
    return this.take().text;
  }

  countPart(): void {
    this.#parts += 1;
    if (this.#parts > MOST_PARTS) throw this.mistake(this.peek().at, `the expression has more than ${MOST_PARTS} parts; split it`);
  }

  /** `expected` in words; what is there is the next token. */
  unexpected(expected: string): QueryError {
    const token = this.peek();
    return this.mistake(token.at, `expected ${expected}, got ${token.kind === 'end' ? 'the end' : quote(token.text)}`);
  }

  mistake(at: number, problem: string): QueryError {
    return badExpression({ text: this.text, at, problem });
  }
}
