// Where a number or a duration ends: characters only, what it is worth is told later (literals.ts).

/** The end after a numeral at `from`, or its complement (`~end`) where what is there is none; `end` is then where that showed. */
export function scanNumber(text: string, from: number): number {
  const scanner = new NumberScanner(text, from);
  scanner.begin();
  while (scanner.part());
  const { at, isWrong } = scanner;
  return isWrong || at === from || isWordAt(text, at) ? ~at : at;
}

/** What may follow neither an exponent nor an underscore. */
const NO_DIGITS = '._eE';

/** As generous as Prometheus's lexer: `1.5.5` is no numeral, `.5.5` is one, whose value is then refused. */
class NumberScanner {
  readonly #text: string;
  #isHexadecimal = false;
  #hasDot = false;
  #hasExponent = false;
  at: number;
  isWrong = false;

  constructor(text: string, from: number) {
    this.#text = text;
    this.at = from;
  }

  /** Up to where dots, digits, exponents and underscores may come in any order. */
  begin(): void {
    if (this.#accept('0') && this.#accept('xX')) {
      this.#isHexadecimal = true;
      this.#accept('_');
    }
    this.#accept('.');
    if (this.#isDigit()) this.at += 1;
  }

  /** False where the numeral ends, or is wrong. */
  part(): boolean {
    if (this.#accept('.')) return this.#afterDot();
    if (this.#accept('eE')) return this.#afterExponent();
    if (this.#accept('_')) return this.#digitsFollow();
    if (!this.#isDigit()) return false;
    while (this.#isDigit()) this.at += 1;
    return true;
  }

  #afterDot(): boolean {
    if (this.#hasDot) return this.#wrong();
    this.#hasDot = true;
    return this.#accept('_.') || this.#isHexadecimal ? this.#wrong() : true;
  }

  #afterExponent(): boolean {
    if (this.#hasExponent) return this.#wrong();
    this.#hasExponent = true;
    this.#accept('+-');
    return this.#digitsFollow();
  }

  #digitsFollow(): boolean {
    return this.#accept(NO_DIGITS) || this.at === this.#text.length ? this.#wrong() : true;
  }

  #wrong(): false {
    this.isWrong = true;
    return false;
  }

  #accept(characters: string): boolean {
    const isThere = isOneOf(this.#text[this.at], characters);
    if (isThere) this.at += 1;
    return isThere;
  }

  #isDigit(): boolean {
    const character = this.#text[this.at];
    return isDecimal(character) || (this.#isHexadecimal && isOneOf(character, 'abcdefABCDEF'));
  }
}

/** The end after the units of a duration whose first digits end at `from`, or its complement. */
export function scanDuration(text: string, from: number): number {
  let at = from;
  if (!isOneOf(text[at], 'smhdwy')) return ~at;
  at += text[at + 1] === 's' ? 2 : 1;
  while (isDecimal(text[at])) {
    while (isDecimal(text[at])) at += 1;
    if (!isOneOf(text[at], 'smhdw')) return ~at;
    at += text[at + 1] === 's' ? 2 : 1;
  }
  return isWordAt(text, at) ? ~(at + 1) : at;
}

function isOneOf(character: string | undefined, set: string): boolean {
  return character !== undefined && set.includes(character);
}

export function isDecimal(character: string | undefined): boolean {
  return character !== undefined && character >= '0' && character <= '9';
}

const LETTER = 1;
const DIGIT = 2;
/** What each character of ASCII is, by its code. */
const CLASSES = Uint8Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code);
  if (/[a-zA-Z_]/.test(character)) return LETTER;
  return /\d/.test(character) ? DIGIT : 0;
});

/** Whether a letter, a digit or an underscore is there. */
export function isWordAt(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code < CLASSES.length && CLASSES[code] !== 0;
}

/** Whether a letter or an underscore is there. */
export function isLetterAt(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code < CLASSES.length && CLASSES[code] === LETTER;
}
