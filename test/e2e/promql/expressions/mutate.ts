// Expressions that are nearly right: tokens of a right one left out, said twice, changed places, or put in.
import fc from 'fast-check';

const TOKEN = /"(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?|[\w:.]+|[=!]~|[=!<>]=|\s+|./gsu;
const INSERTED = [
  ...[
    '(',
    ')',
    '[',
    ']',
    '{',
    '}',
    ',',
    ':',
    '+',
    '-',
    '*',
    '/',
    '%',
    '^',
    '==',
    '!=',
    '=~',
    '!~',
    '=',
    '<',
    '>',
    '!',
    '@',
    '#',
    '"',
    "'",
    '`',
    '\\',
    '\n',
  ],
  ...[
    'and',
    'or',
    'unless',
    'atan2',
    'by',
    'without',
    'on',
    'ignoring',
    'group_left',
    'group_right',
    'bool',
    'offset',
    'start',
    'end',
    'inf',
    'nan',
  ],
  ...[
    'sum',
    'topk',
    'rate',
    'time',
    'vector',
    'label_replace',
    'foo',
    'foo:bar',
    'le',
    '1',
    '0x1f',
    '1e3',
    '5m',
    '1h30m',
    '"a"',
    '{}',
    '()',
    '[5m]',
    'é',
    '😀',
    '~',
    '&',
    ';',
  ],
  ...['anchored', 'smoothed', 'fill', 'step', 'range', 'limitk'],
];

type Edit = (tokens: readonly string[], at: number, other: number, inserted: string) => readonly string[];

const EDITS: readonly Edit[] = [
  (tokens, at) => tokens.toSpliced(at, 1),
  (tokens, at) => tokens.toSpliced(at, 0, tokens[at] ?? ''),
  (tokens, at, other) => tokens.with(at, tokens[other] ?? '').with(other, tokens[at] ?? ''),
  (tokens, at, _, inserted) => tokens.toSpliced(at, 0, inserted),
  (tokens, at, _, inserted) => tokens.with(at, inserted),
  // A text that ends too early.
  (tokens, at) => tokens.slice(0, at),
  (tokens, at) => tokens.with(at, (tokens[at] ?? '').slice(1)),
  (tokens, at) => tokens.with(at, (tokens[at] ?? '').toUpperCase()),
  (tokens, at) => tokens.toSpliced(at, 0, ' '),
];

/** One to three mistakes in one of the texts. */
export function mutated(texts: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const mistake = fc.tuple(fc.constantFrom(...EDITS), fc.nat(), fc.nat(), fc.constantFrom(...INSERTED));
  return fc.tuple(texts, fc.array(mistake, { minLength: 1, maxLength: 3 })).map(([text, mistakes]) => {
    let tokens: readonly string[] = text.match(TOKEN) ?? [];
    for (const [edit, at, other, inserted] of mistakes) {
      if (tokens.length > 0) tokens = edit(tokens, at % tokens.length, other % tokens.length, inserted);
    }
    return tokens.join('');
  });
}

/** The same said in other words: white space, comments and capitals where they mean nothing. */
export function respelled(texts: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const between = fc.constantFrom('', '', '', ' ', '\n', '\t', ' # a (comment\n', '  ');
  return fc.tuple(texts, fc.array(between, { minLength: 1, maxLength: 12 }), fc.boolean()).map(([text, spaces, isLoud]) => {
    const tokens = text.match(TOKEN) ?? [];
    const said = tokens.map((token) => (isLoud && KEYWORD.test(token) ? token.toUpperCase() : token));
    return said.map((token, at) => `${token}${isGlued(token, said[at + 1]) ? '' : spaces[at % spaces.length]}`).join('');
  });
}

const KEYWORD = /^(?:and|or|unless|atan2|by|without|on|ignoring|group_left|group_right|bool|offset|sum|avg|min|max|topk|quantile|inf|nan)$/;

/** Two characters that are one sign together. */
function isGlued(token: string, next = ''): boolean {
  return /[=!<>:]$/.test(token) && /^[=~\w]/.test(next);
}
