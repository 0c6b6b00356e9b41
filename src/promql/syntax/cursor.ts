// The parser's place in the tokens, and its complaints.
import { QueryError } from '../../model/query-engine.ts';
import { badExpression, lineAndColumn } from './failure.ts';
import { Lexer } from './lex.ts';
import { describeToken, type Token, type TokenKind } from './tokens.ts';

/** Far above any expression that a person or a template writes; bounds the work on what anybody sends. */
const MOST_CHARACTERS = 100_000;
/** Operators, calls, selectors, conditions, labels and parentheses in one expression: what reads, plans and evaluates it does some work for each. */
const MOST_PARTS = 3000;
/** Of regular expressions that have to be compiled, all together: RE2 in JavaScript takes some 6 µs for one. */
const MOST_REGEX_CHARACTERS = 4000;
/** Of them inside one another; bounds how deep what walks the tree recurses. The parser takes a third of Node's stack of 984 KiB for so many. */
export const MOST_DEPTH = 300;

/** Tokens after which some nodes end, whether they belong to them or not, as in Prometheus. */
const CLOSING: ReadonlySet<TokenKind> = new Set(['}', ')', ']', 'duration', 'number']);

/** What a message about an unexpected token says besides the token. */
export interface Expectation {
  readonly within: string;
  readonly expected: string;
}

/** Inside aggregations messages say that, elsewhere nothing. */
export const NOWHERE: Expectation = { within: '', expected: '' };

export class TokenCursor {
  readonly text: string;
  readonly #lexer: Lexer;
  // Prometheus's parser stops at the first mistake that it comes to see, so no token is read before its turn.
  #token: Token | undefined;
  #second: Token | undefined;
  #lastAt = 0;
  #end = 0;
  #closing = 0;
  #parts = 0;
  #depth = 0;
  #aggregations = 0;
  #regexCharacters = 0;
  #lack: QueryError | undefined;

  constructor(text: string) {
    this.text = text;
    if (text.length > MOST_CHARACTERS) {
      throw this.mistake(0, `the expression has ${text.length} characters, more than ${MOST_CHARACTERS}; split it`);
    }
    this.#lexer = new Lexer(text);
  }

  /** The next token; throws where the text there is none. */
  peek(): Token {
    this.#token ??= this.#read();
    return this.#token;
  }

  /** The token after the next one. */
  peekSecond(): Token {
    this.peek();
    this.#second ??= this.#read();
    return this.#second;
  }

  take(): Token {
    const token = this.peek();
    this.#token = this.#second;
    this.#second = undefined;
    this.#end = token.at + token.text.length;
    return token;
  }

  #read(): Token {
    const token = this.#lexer.next();
    if (token.kind === 'error') throw this.mistake(token.at, token.text);
    this.#lastAt = token.at;
    if (CLOSING.has(token.kind)) this.#closing = token.at + token.text.length;
    return token;
  }

  /** Takes the next token where it is of that kind. */
  accept(kind: TokenKind): Token | undefined {
    return this.peek().kind === kind ? this.take() : undefined;
  }

  /** Takes the next token, which must be of that kind. */
  expect(kind: TokenKind, expectation?: Expectation): Token {
    const token = this.accept(kind);
    if (token === undefined) throw this.unexpected(expectation);
    return token;
  }

  /** The end of the last token taken. */
  get end(): number {
    return this.#end;
  }

  /** The end of the last token looked at that can end a node. */
  get closing(): number {
    return this.#closing;
  }

  /** Where an aggregation ends that was read up to the token after it: Prometheus looks back for its parenthesis if that is one too. */
  get closingBefore(): number {
    if (this.text[this.#lastAt] !== ')') return this.#closing;
    const before = this.text.slice(0, this.#lastAt).trimEnd();
    return before.endsWith(')') ? before.length : this.#closing;
  }

  /** What `read` reads is inside an aggregation: messages say so. */
  inAggregation<T>(read: () => T): T {
    this.#aggregations += 1;
    const result = read();
    this.#aggregations -= 1;
    return result;
  }

  /** Counts one part, and one level of depth until `leave`. */
  enter(): void {
    this.countPart();
    this.#depth += 1;
    if (this.#depth > MOST_DEPTH) throw this.tooDeep(this.peek().at);
  }

  leave(): void {
    this.#depth -= 1;
  }

  /** One more part that has none inside. */
  countPart(): void {
    this.#parts += 1;
    if (this.#parts > MOST_PARTS) throw this.mistake(this.peek().at, `the expression has more than ${MOST_PARTS} parts; split it`);
  }

  /** A regular expression that takes as long to compile as so many characters. */
  countRegex(at: number, weight: number): void {
    this.#regexCharacters += weight;
    if (this.#regexCharacters <= MOST_REGEX_CHARACTERS) return;
    throw this.mistake(
      at,
      `the regular expressions weigh more than ${MOST_REGEX_CHARACTERS} characters; list words as a|b|c, or split the expression`,
    );
  }

  tooDeep(at: number): QueryError {
    return this.mistake(at, `the expression has more than ${MOST_DEPTH} parts inside one another; split it`);
  }

  /** About the next token. */
  unexpected(expectation: Expectation = NOWHERE): QueryError {
    const { within, expected } = expectation.within === '' ? this.#place() : expectation;
    const token = this.peek();
    const place = within === '' ? '' : ` in ${within}`;
    return this.mistake(token.at, `unexpected ${describeToken(token)}${place}${expected === '' ? '' : `, expected ${expected}`}`);
  }

  #place(): Expectation {
    return this.#aggregations > 0 ? { within: 'aggregation', expected: '' } : NOWHERE;
  }

  mistake(at: number, problem: string): QueryError {
    return badExpression({ text: this.text, at, problem });
  }

  /** Of syntax that Prometheus has behind a flag: its words, and the flag's name. */
  flagged(at: number, { problem, flag }: { readonly problem: string; readonly flag: string }): QueryError {
    return this.lacking(at, `${problem}; Prometheus has it behind ${flag}, Plimsoll does not have it: write it in another way`);
  }

  /** Of what Prometheus's language has and Plimsoll does not. */
  lacking(at: number, problem: string): QueryError {
    return new QueryError('unsupported', `${lineAndColumn(this.text, at)}: parse error: ${problem}`);
  }

  /** Remembers the first lack, to be told once the rest is known to be right: Prometheus takes it, Plimsoll does not. */
  noteLack(lack: QueryError): void {
    this.#lack ??= lack;
  }

  get lack(): QueryError | undefined {
    return this.#lack;
  }
}
