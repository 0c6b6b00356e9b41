// Text to tokens, as Prometheus's lexer has them: inside braces and brackets other things are tokens.
import { quoteAsGo, quoteCharacterAt } from './go-quote.ts';
import { isDecimal, isLetterAt, isWordAt, scanDuration, scanNumber } from './scan-number.ts';
import { scanString } from './scan-string.ts';
import { type Token, type TokenKind, WORDS } from './tokens.ts';

/** Symbols that are tokens wherever statements are, and begin no other. */
const SINGLES: ReadonlyMap<string, TokenKind> = new Map(
  ([',', '*', '/', '%', '+', '-', '^', '@'] as const).map((symbol) => [symbol, symbol]),
);

const HASH = 0x23;

/** Tokens one after another; comments are left out. */
export class Lexer {
  readonly #text: string;
  #at = 0;
  #openParentheses = 0;
  #isInBraces = false;
  #isInBrackets = false;
  /** Between `[` and the first number. */
  #isBeforeDuration = false;
  #hasDuration = false;
  #hasColon = false;

  constructor(text: string) {
    this.#text = text;
  }

  /** The next token; after the last one, which is the end of input or an error at the first character that begins no token, it is not asked again. */
  next(): Token {
    this.#skipBlanks();
    if (this.#isBeforeDuration) return this.#inDuration();
    while (this.#text.charCodeAt(this.#at) === HASH) this.#skipComment();
    return this.#isInBraces ? this.#inBraces() : this.#inStatement();
  }

  #skipBlanks(): void {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x09 && code !== 0x0d) return;
      this.#at += 1;
    }
  }

  #skipComment(): void {
    while (this.#at < this.#text.length && this.#text[this.#at] !== '\n' && this.#text[this.#at] !== '\r') this.#at += 1;
    this.#skipBlanks();
  }

  #inStatement(): Token {
    if (isLetterAt(this.#text, this.#at) && !this.#isInBrackets) return this.#word();
    const character = this.#text[this.#at];
    if (character === undefined) return this.#end();
    if (isLetterAt(this.#text, this.#at) || character === ':') return this.#isInBrackets ? this.#wordInBrackets(character) : this.#word();
    if (this.#startsNumber(character)) return this.#number();
    const single = SINGLES.get(character);
    if (single !== undefined) return this.#emit(single);
    switch (character) {
      case '"':
      case "'":
      case '`':
        return this.#string();
      case '(':
        this.#openParentheses += 1;
        return this.#emit('(');
      case ')':
        return this.#closeParenthesis();
      case '{':
        this.#isInBraces = true;
        return this.#emit('{');
      case '[':
      case ']':
        return this.#bracket(character);
      default:
        return this.#comparison(character);
    }
  }

  #comparison(character: string): Token {
    const next = this.#text[this.#at + 1];
    if (character === '=') {
      if (next === '~') return this.#fail(`unexpected character after '=': '~'`);
      return next === '=' ? this.#emit('==') : this.#emit('=');
    }
    if (character === '!') {
      return next === '=' ? this.#emit('!=') : this.#fail(`unexpected character after '!': ${quoteCharacterAt(this.#text, this.#at + 1)}`);
    }
    if (character !== '<' && character !== '>') return this.#fail(`unexpected character: ${quoteCharacterAt(this.#text, this.#at)}`);
    return next === '=' || next === '/' ? this.#emit(`${character}${next}`) : this.#emit(character);
  }

  #closeParenthesis(): Token {
    this.#openParentheses -= 1;
    if (this.#openParentheses >= 0) return this.#emit(')');
    // It is found wrong once it has been read, so what is wrong is said of the place after it.
    this.#at += 1;
    return this.#fail(`unexpected right parenthesis ')'`);
  }

  #bracket(character: '[' | ']'): Token {
    if (this.#isInBrackets === (character === '[')) {
      return this.#fail(`unexpected ${character === '[' ? 'left' : 'right'} bracket '${character}'`);
    }
    this.#isInBrackets = character === '[';
    this.#isBeforeDuration = this.#isInBrackets;
    if (this.#isInBrackets) this.#hasColon = false;
    return this.#emit(character);
  }

  #end(): Token {
    if (this.#openParentheses !== 0) return this.#fail('unclosed left parenthesis');
    return this.#isInBrackets ? this.#fail('unclosed left bracket') : { kind: 'end of input', text: '', at: this.#at };
  }

  #word(): Token {
    let end = this.#at;
    while (isWordAt(this.#text, end)) end += 1;
    if (this.#text[end] === ':') return this.#wordWithColon(end);
    const word = this.#text.slice(this.#at, end);
    const kind = word.length > LONGEST_WORD ? undefined : WORDS.get(word.toLowerCase());
    return this.#emitText(kind !== undefined && this.#isKeyword(kind, end) ? kind : 'identifier', word);
  }

  #wordWithColon(colon: number): Token {
    let end = colon;
    while (isWordAt(this.#text, end) || this.#text[end] === ':') end += 1;
    return this.#emitText('metric identifier', this.#text.slice(this.#at, end));
  }

  /** `fill` and its kin are words of the language before a parenthesis only. */
  #isKeyword(kind: TokenKind, end: number): boolean {
    if (!kind.startsWith('fill')) return true;
    return /[^ \t\n\r]|$/.exec(this.#text.slice(end, end + MOST_BLANKS))?.[0] === '(';
  }

  /** After the first number in brackets only some words may stand, and the colon of a subquery. */
  #wordInBrackets(character: string): Token {
    if (character === ':') {
      if (this.#hasColon) return this.#fail(`unexpected colon ':'`);
      this.#hasColon = true;
      return this.#emit(':');
    }
    const word = 'sSmM'.includes(character) ? this.#durationWord() : undefined;
    return word ?? this.#fail(`unexpected character: '${character}', expected ':'`);
  }

  #durationWord(): Token | undefined {
    let end = this.#at;
    while (isLetterAt(this.#text, end)) end += 1;
    const word = this.#text.slice(this.#at, end);
    const kind = word.toLowerCase();
    if (kind !== 'step' && kind !== 'range' && kind !== 'min' && kind !== 'max') return undefined;
    return this.#emitText(kind, word);
  }

  #inDuration(): Token {
    const character = this.#text[this.#at];
    if (character === undefined) return this.#fail('unexpected end of input in duration expression');
    if (this.#startsNumber(character)) {
      this.#hasDuration = true;
      this.#isBeforeDuration = false;
      return this.#number();
    }
    switch (character) {
      case ']':
        this.#isInBrackets = false;
        this.#isBeforeDuration = false;
        this.#hasColon = false;
        return this.#emit(']');
      case ':':
        return this.#colonInDuration();
      case '(':
        this.#openParentheses += 1;
        return this.#emit('(');
      case ')':
        return this.#closeParenthesis();
      default:
        return this.#otherInDuration(character);
    }
  }

  #otherInDuration(character: string): Token {
    const single = character === '@' ? undefined : SINGLES.get(character);
    if (single !== undefined) return this.#emit(single);
    const word = 'sSmMrR'.includes(character) ? this.#durationWord() : undefined;
    return word ?? this.#fail(`unexpected character in duration expression: ${quoteCharacterAt(this.#text, this.#at)}`);
  }

  #colonInDuration(): Token {
    const problem = this.#hasDuration ? 'unexpected repeated colon' : 'unexpected colon before duration';
    if (this.#hasDuration && !this.#hasColon) {
      this.#hasColon = true;
      return this.#emit(':');
    }
    this.#at += 1;
    return this.#fail(`${problem} in duration expression`);
  }

  #inBraces(): Token {
    if (isLetterAt(this.#text, this.#at)) return this.#label();
    const character = this.#text[this.#at];
    if (character === undefined) return this.#fail('unexpected end of input inside braces');
    const next = this.#text[this.#at + 1];
    switch (character) {
      case ',':
        return this.#emit(',');
      case '"':
      case "'":
      case '`':
        return this.#string();
      case '=':
        return next === '~' ? this.#emit('=~') : this.#emit('=');
      case '!':
        if (next === '~' || next === '=') return this.#emit(`!${next}`);
        return this.#fail(`unexpected character after '!' inside braces: ${quoteCharacterAt(this.#text, this.#at + 1)}`);
      case '{':
        return this.#fail(`unexpected left brace '{'`);
      case '}':
        this.#isInBraces = false;
        return this.#emit('}');
      default:
        return this.#fail(`unexpected character inside braces: ${quoteCharacterAt(this.#text, this.#at)}`);
    }
  }

  #label(): Token {
    let end = this.#at;
    while (isWordAt(this.#text, end)) end += 1;
    return this.#emitText('identifier', this.#text.slice(this.#at, end));
  }

  #string(): Token {
    const end = scanString(this.#text, this.#at);
    return typeof end === 'string' ? this.#fail(end) : this.#emitText('string', this.#text.slice(this.#at, end));
  }

  #startsNumber(character: string): boolean {
    return isDecimal(character) || (character === '.' && isDecimal(this.#text[this.#at + 1]));
  }

  #number(): Token {
    const end = scanNumber(this.#text, this.#at);
    if (end >= 0) return this.#emitText('number', this.#text.slice(this.#at, end));
    const durationEnd = scanDuration(this.#text, ~end);
    if (durationEnd >= 0) return this.#emitText('duration', this.#text.slice(this.#at, durationEnd));
    return this.#fail(`bad number or duration syntax: ${quoteAsGo(this.#text.slice(this.#at, ~durationEnd))}`);
  }

  /** Of a symbol, which is its kind. */
  #emit(kind: TokenKind): Token {
    return this.#emitText(kind, kind);
  }

  #emitText(kind: TokenKind, text: string): Token {
    const at = this.#at;
    this.#at += text.length;
    return { kind, text, at };
  }

  #fail(problem: string): Token {
    return { kind: 'error', text: problem, at: this.#at };
  }
}

const LONGEST_WORD = Math.max(...[...WORDS.keys()].map(({ length }) => length));

/** Blanks that are looked through for the parenthesis after `fill`. */
const MOST_BLANKS = 1000;
