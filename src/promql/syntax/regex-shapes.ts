// Regular expressions that need no automaton: some words (`a|b`, `gpu-(0|1)`), and `.*` or `.+` beside one. Most of those that people write are such.

export type Predicate = (text: string) => boolean;

/** Whether the whole text matches the pattern, or undefined where the pattern is another one, or none. */
export function simplePredicate(pattern: string): Predicate | undefined {
  const words = PLAIN_WORDS.test(pattern) ? pattern.split('|') : new Words(pattern).read();
  if (words !== undefined) return oneOf(words);
  const { before = '', wild, middle = '', wildAgain } = WILD.exec(pattern)?.groups ?? {};
  if (wild === undefined) return undefined;
  const start = textOf(before);
  const end = textOf(middle);
  if (wildAgain !== undefined) return start === '' && wild === '.*' && wildAgain === '.*' ? (text) => text.includes(end) : undefined;
  const shortest = start.length + end.length + (wild === '.+' ? 1 : 0);
  return (text) => text.length >= shortest && text.startsWith(start) && text.endsWith(end);
}

function oneOf(words: readonly string[]): Predicate {
  const [first] = words;
  if (words.length === 1) return (text) => text === first;
  const set = new Set(words);
  return (text) => set.has(text);
}

const PLAIN_WORDS = /^[\w|-]*$/;
/** A character that means itself, or one with a backslash that makes it do so. */
const LITERAL = String.raw`(?:[^\\.+*?()|[\]{}^$]|\\[!-/:-@[-\`{-~])`;
const WILD = new RegExp(`^(?<before>${LITERAL}*)(?<wild>\\.[*+])(?<middle>${LITERAL}*)(?<wildAgain>\\.[*+])?$`, 's');
const LITERALS = new RegExp(`${LITERAL}*`, 'sy');

function textOf(literals: string): string {
  return literals.includes('\\') ? literals.replace(/\\(.)/gs, '$1') : literals;
}

/** Of all words together, one more for each; as many as an expression may have, while the product of groups grows fast. */
const MOST_CHARACTERS = 100_000;
/** Groups in groups. */
const MOST_DEPTH = 20;

/** All words that a pattern of words, bars and groups stands for. */
class Words {
  readonly #pattern: string;
  #at = 0;
  #depth = 0;

  constructor(pattern: string) {
    this.#pattern = pattern;
  }

  /** Undefined where the pattern has anything else, or stands for too many. */
  read(): readonly string[] | undefined {
    const words = this.#alternatives();
    return this.#at === this.#pattern.length ? words : undefined;
  }

  #alternatives(): readonly string[] | undefined {
    const all: string[] = [];
    do {
      const words = this.#sequence();
      if (words === undefined) return undefined;
      for (const word of words) all.push(word);
    } while (this.#accept('|'));
    return all;
  }

  #sequence(): readonly string[] | undefined {
    let words: readonly string[] = [this.#literals()];
    while (this.#accept('(')) {
      const inner = this.#group();
      if (inner === undefined) return undefined;
      const tail = this.#literals();
      const characters = sizeOf(words) * inner.length + (sizeOf(inner) + tail.length * inner.length) * words.length;
      if (characters > MOST_CHARACTERS) return undefined;
      words = words.flatMap((head) => inner.map((middle) => head + middle + tail));
    }
    return words;
  }

  #group(): readonly string[] | undefined {
    if (this.#accept('?') && !this.#accept(':')) return undefined;
    this.#depth += 1;
    if (this.#depth > MOST_DEPTH) return undefined;
    const words = this.#alternatives();
    this.#depth -= 1;
    return this.#accept(')') ? words : undefined;
  }

  #literals(): string {
    LITERALS.lastIndex = this.#at;
    const literals = LITERALS.exec(this.#pattern)?.[0] ?? '';
    this.#at += literals.length;
    return textOf(literals);
  }

  #accept(character: string): boolean {
    const found = this.#pattern[this.#at] === character;
    if (found) this.#at += 1;
    return found;
  }
}

function sizeOf(words: readonly string[]): number {
  let size = words.length;
  for (const word of words) size += word.length;
  return size;
}
