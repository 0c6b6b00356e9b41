// Text to tokens, as Prometheus's lexer has them: inside braces and brackets other things are tokens.
import { quoteAsGo, quoteCharacterAt } from './go-quote.ts';
import { isDecimal, isLetterAt, isWordAt, scanDuration, scanNumber } from './scan-number.ts';
import { scanString } from './scan-string.ts';
import { type Token, type TokenKind, WORDS } from './tokens.ts';

/** Symbols of one character that are tokens wherever statements are. */
const SINGLES = ',*/%+-^@';

/** Tokens one after another. The last one is the end of input, or an error at the first character that begins no token; comments are left out. */
export class Lexer {
  /** Those read so far. */
  readonly tokens: Token[] = [];
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

  /** Reads up to one token more; false after the last. */
  step(): boolean {
    this.#skipBlanks();
    if (this.#isBeforeDuration) return this.#inDuration();
    const character = this.#text[this.#at];
    if (character === '#') return this.#skipComment();
    if (this.#isInBraces) return this.#inBraces(character);
    return this.#inStatement(character);
  }

  #skipBlanks(): void {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x09 && code !== 0x0d) return;
      this.#at += 1;
    }
  }

  #skipComment(): boolean {
    while (this.#at < this.#text.length && this.#text[this.#at] !== '\n' && this.#text[this.#at] !== '\r') this.#at += 1;
    return true;
  }

  #inStatement(character: string | undefined): boolean {
    if (character === undefined) return this.#end();
    if (isLetterAt(this.#text, this.#at) || character === ':') return this.#isInBrackets ? this.#wordInBrackets(character) : this.#word();
    if (this.#startsNumber(character)) return this.#number();
    if (SINGLES.includes(character)) return this.#emit(character as TokenKind, 1);
    switch (character) {
      case '"':
      case "'":
      case '`':
        return this.#string();
      case '(':
        this.#openParentheses += 1;
        return this.#emit('(', 1);
      case ')':
        return this.#closeParenthesis();
      case '{':
        this.#isInBraces = true;
        return this.#emit('{', 1);
      case '[':
      case ']':
        return this.#bracket(character);
      default:
        return this.#comparison(character);
    }
  }

  #comparison(character: string): boolean {
    const next = this.#text[this.#at + 1];
    if (character === '=') {
      if (next === '~') return this.#fail(`unexpected character after '=': '~'`);
      return next === '=' ? this.#emit('==', 2) : this.#emit('=', 1);
    }
    if (character === '!') {
      return next === '='
        ? this.#emit('!=', 2)
        : this.#fail(`unexpected character after '!': ${quoteCharacterAt(this.#text, this.#at + 1)}`);
    }
    if (character !== '<' && character !== '>') return this.#fail(`unexpected character: ${quoteCharacterAt(this.#text, this.#at)}`);
    return next === '=' || next === '/' ? this.#emit(`${character}${next}`, 2) : this.#emit(character, 1);
  }

  #closeParenthesis(): boolean {
    this.#openParentheses -= 1;
    if (this.#openParentheses >= 0) return this.#emit(')', 1);
    // It is found wrong once it has been read, so what is wrong is said of the place after it.
    this.#at += 1;
    return this.#fail(`unexpected right parenthesis ')'`);
  }

  #bracket(character: '[' | ']'): boolean {
    if (this.#isInBrackets === (character === '[')) {
      return this.#fail(`unexpected ${character === '[' ? 'left' : 'right'} bracket '${character}'`);
    }
    this.#isInBrackets = character === '[';
    this.#isBeforeDuration = this.#isInBrackets;
    if (this.#isInBrackets) this.#hasColon = false;
    return this.#emit(character, 1);
  }

  #end(): boolean {
    if (this.#openParentheses !== 0) return this.#fail('unclosed left parenthesis');
    if (this.#isInBrackets) return this.#fail('unclosed left bracket');
    this.#emit('end of input', 0);
    return false;
  }

  #word(): boolean {
    let end = this.#at;
    while (isWordAt(this.#text, end)) end += 1;
    if (this.#text[end] === ':') return this.#wordWithColon(end);
    const word = this.#text.slice(this.#at, end);
    const kind = word.length > LONGEST_WORD ? undefined : WORDS.get(word.toLowerCase());
    return this.#emit(kind !== undefined && this.#isKeyword(kind, end) ? kind : 'identifier', word.length);
  }

  #wordWithColon(colon: number): boolean {
    let end = colon;
    while (isWordAt(this.#text, end) || this.#text[end] === ':') end += 1;
    return this.#emit('metric identifier', end - this.#at);
  }

  /** `fill` and its kin are words of the language before a parenthesis only. */
  #isKeyword(kind: TokenKind, end: number): boolean {
    if (!kind.startsWith('fill')) return true;
    return /[^ \t\n\r]|$/.exec(this.#text.slice(end, end + MOST_BLANKS))?.[0] === '(';
  }

  /** After the first number in brackets only some words may stand, and the colon of a subquery. */
  #wordInBrackets(character: string): boolean {
    if (character === ':') {
      if (this.#hasColon) return this.#fail(`unexpected colon ':'`);
      this.#hasColon = true;
      return this.#emit(':', 1);
    }
    if ('sSmM'.includes(character) && this.#durationWord()) return true;
    return this.#fail(`unexpected character: '${character}', expected ':'`);
  }

  #durationWord(): boolean {
    let end = this.#at;
    while (isLetterAt(this.#text, end)) end += 1;
    const word = this.#text.slice(this.#at, end).toLowerCase();
    return (word === 'step' || word === 'range' || word === 'min' || word === 'max') && this.#emit(word, end - this.#at);
  }

  #inDuration(): boolean {
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
        return this.#emit(']', 1);
      case ':':
        return this.#colonInDuration();
      case '(':
        this.#openParentheses += 1;
        return this.#emit('(', 1);
      case ')':
        return this.#closeParenthesis();
      default:
        if (character !== '@' && SINGLES.includes(character)) return this.#emit(character as TokenKind, 1);
        if ('sSmMrR'.includes(character) && this.#durationWord()) return true;
        return this.#fail(`unexpected character in duration expression: ${quoteCharacterAt(this.#text, this.#at)}`);
    }
  }

  #colonInDuration(): boolean {
    const problem = this.#hasDuration ? 'unexpected repeated colon' : 'unexpected colon before duration';
    if (this.#hasDuration && !this.#hasColon) {
      this.#hasColon = true;
      return this.#emit(':', 1);
    }
    this.#at += 1;
    return this.#fail(`${problem} in duration expression`);
  }

  #inBraces(character: string | undefined): boolean {
    if (character === undefined) return this.#fail('unexpected end of input inside braces');
    if (isLetterAt(this.#text, this.#at)) return this.#label();
    const next = this.#text[this.#at + 1];
    switch (character) {
      case ',':
        return this.#emit(',', 1);
      case '"':
      case "'":
      case '`':
        return this.#string();
      case '=':
        return next === '~' ? this.#emit('=~', 2) : this.#emit('=', 1);
      case '!':
        if (next === '~' || next === '=') return this.#emit(`!${next}`, 2);
        return this.#fail(`unexpected character after '!' inside braces: ${quoteCharacterAt(this.#text, this.#at + 1)}`);
      case '{':
        return this.#fail(`unexpected left brace '{'`);
      case '}':
        this.#isInBraces = false;
        return this.#emit('}', 1);
      default:
        return this.#fail(`unexpected character inside braces: ${quoteCharacterAt(this.#text, this.#at)}`);
    }
  }

  #label(): boolean {
    let end = this.#at;
    while (isWordAt(this.#text, end)) end += 1;
    return this.#emit('identifier', end - this.#at);
  }

  #string(): boolean {
    const end = scanString(this.#text, this.#at);
    return typeof end === 'string' ? this.#fail(end) : this.#emit('string', end - this.#at);
  }

  #startsNumber(character: string): boolean {
    return isDecimal(character) || (character === '.' && isDecimal(this.#text[this.#at + 1]));
  }

  #number(): boolean {
    const end = scanNumber(this.#text, this.#at);
    if (end >= 0) return this.#emit('number', end - this.#at);
    const durationEnd = scanDuration(this.#text, ~end);
    if (durationEnd >= 0) return this.#emit('duration', durationEnd - this.#at);
    return this.#fail(`bad number or duration syntax: ${quoteAsGo(this.#text.slice(this.#at, ~durationEnd))}`);
  }

  #emit(kind: TokenKind, length: number): true {
    this.tokens.push({ kind, text: this.#text.slice(this.#at, this.#at + length), at: this.#at });
    this.#at += length;
    return true;
  }

  #fail(problem: string): false {
    this.tokens.push({ kind: 'error', text: problem, at: this.#at });
    return false;
  }
}

const LONGEST_WORD = Math.max(...[...WORDS.keys()].map(({ length }) => length));

/** Blanks that are looked through for the parenthesis after `fill`. */
const MOST_BLANKS = 1000;
