// Text to tokens. Keywords are words: the parser knows from their place what they are.
import { badExpression } from './failure.ts';

export interface Token {
  /** `number` covers durations too; `string` keeps its quotes. */
  readonly kind: 'number' | 'word' | 'string' | 'symbol' | 'end';
  readonly text: string;
  /** Offset of the first character. */
  readonly at: number;
}

/** Far above any expression that a person or a template writes; bounds the work on what anybody sends. */
const MOST_CHARACTERS = 100_000;

// Sticky, so that matching stops at the first character that begins no token. A numeral takes all that could belong to one,
// and is judged when it is read: `1.2.3` and `5mm` are then mistakes rather than two tokens.
const TOKEN = new RegExp(
  [
    /(?<blank>[ \t\r\n]+|#[^\r\n]*)/,
    /(?<number>0[xX]\w*|\.?\d(?:[eE][+-]|[\w.])*)/,
    /(?<word>[a-zA-Z_:][\w:]*)/,
    /(?<string>"(?:[^"\\\n]|\\[^\n])*"|'(?:[^'\\\n]|\\[^\n])*'|`[^`]*`)/,
    /(?<symbol>=~|!~|==|!=|<=|>=|[-+*/%^(){}[\],=<>@])/,
  ]
    .map((part) => part.source)
    .join('|'),
  'gy',
);

const KINDS = ['number', 'word', 'string', 'symbol'] as const;

/** Throws a QueryError at the first character that begins no token. The last token is always the end. */
export function lex(text: string): readonly Token[] {
  if (text.length > MOST_CHARACTERS) {
    throw badExpression({ text, at: 0, problem: `expected at most ${MOST_CHARACTERS} characters, got ${text.length}` });
  }
  const tokens: Token[] = [];
  let end = 0;
  for (const match of text.matchAll(TOKEN)) {
    const kind = KINDS.find((name) => match.groups?.[name] !== undefined);
    if (kind !== undefined) tokens.push({ kind, text: match[0], at: match.index });
    end = match.index + match[0].length;
  }
  if (end < text.length) throw badExpression({ text, at: end, problem: lexProblem(text, end) });
  tokens.push({ kind: 'end', text: '', at: end });
  return tokens;
}

function lexProblem(text: string, at: number): string {
  const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
  if (/["'`]/.test(character)) return `the string has no closing ${character}`;
  return `expected an expression, got the character ${JSON.stringify(character)}`;
}
