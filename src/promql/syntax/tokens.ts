// What tokens there are, and how Prometheus's messages name them.
import { AGGREGATIONS } from './ast.ts';
import { quoteAsGo } from './go-quote.ts';

const KEYWORDS = [
  'anchored',
  'bool',
  'by',
  'fill',
  'fill_left',
  'fill_right',
  'group_left',
  'group_right',
  'ignoring',
  'offset',
  'on',
  'smoothed',
  'without',
] as const;

const WORD_OPERATORS = ['and', 'atan2', 'or', 'unless'] as const;
const SYMBOL_OPERATORS = ['+', '-', '*', '/', '%', '^', '==', '!=', '<', '<=', '>', '>=', '</', '>/', '=~', '!~', '@'] as const;
const PUNCTUATION = ['(', ')', '{', '}', '[', ']', ',', '=', ':'] as const;
/** What may stand after `@`, or be part of a duration. */
const PREPROCESSORS = ['end', 'range', 'start', 'step'] as const;

export type TokenKind =
  | (typeof AGGREGATIONS)[number]
  | (typeof KEYWORDS)[number]
  | (typeof WORD_OPERATORS)[number]
  | (typeof SYMBOL_OPERATORS)[number]
  | (typeof PUNCTUATION)[number]
  | (typeof PREPROCESSORS)[number]
  | 'number'
  | 'duration'
  | 'string'
  | 'identifier'
  /** A name with a colon. */
  | 'metric identifier'
  | 'end of input'
  /** Where no token begins: `text` is what is wrong. It is the last one. */
  | 'error';

export interface Token {
  readonly kind: TokenKind;
  /** As written: strings keep their quotes. */
  readonly text: string;
  /** Offset of the first character. */
  readonly at: number;
}

/** Words that are more than names, in lower case. */
export const WORDS: ReadonlyMap<string, TokenKind> = new Map<string, TokenKind>([
  ...[...AGGREGATIONS, ...KEYWORDS, ...WORD_OPERATORS, ...PREPROCESSORS].map((word): [string, TokenKind] => [word, word]),
  ['inf', 'number'],
  ['nan', 'number'],
]);

const AGGREGATION_KINDS: ReadonlySet<string> = new Set(AGGREGATIONS);
const KEYWORD_KINDS: ReadonlySet<string> = new Set(KEYWORDS);
const OPERATOR_KINDS: ReadonlySet<string> = new Set([...WORD_OPERATORS, ...SYMBOL_OPERATORS]);
/** Of tokens that are said with what they are, before their text. */
const DESCRIBED: ReadonlySet<string> = new Set(['number', 'duration', 'string', 'identifier', 'metric identifier']);

const NEVER_NAMES: ReadonlySet<string> = new Set(['atan2', 'bool', 'on', 'ignoring', 'group_left', 'group_right']);
const METRIC_NAMES: ReadonlySet<string> = new Set(
  ['identifier', 'metric identifier', ...AGGREGATIONS, ...KEYWORDS, ...WORD_OPERATORS, ...PREPROCESSORS].filter(
    (kind) => !NEVER_NAMES.has(kind),
  ),
);
const LABEL_NAMES: ReadonlySet<string> = new Set([...METRIC_NAMES, ...NEVER_NAMES].filter((kind) => kind !== 'without'));
const EXPRESSION_STARTS: ReadonlySet<string> = new Set([...METRIC_NAMES, 'number', 'duration', 'string', '(', '{', '+', '-']);
const DURATION_STARTS: ReadonlySet<string> = new Set(['number', 'duration', '(', '+', '-', 'step', 'range', 'min', 'max']);

export function isAggregation(kind: TokenKind): kind is (typeof AGGREGATIONS)[number] {
  return AGGREGATION_KINDS.has(kind);
}

/** Whether a token of this kind can be a metric's name; keywords can, but for those that follow an operator. */
export function isMetricName(kind: TokenKind): boolean {
  return METRIC_NAMES.has(kind);
}

/** Whether it can be a label's name in `by (…)` and the like; in braces every word can. */
export function isLabelName(kind: TokenKind): boolean {
  return LABEL_NAMES.has(kind);
}

export function startsExpression(kind: TokenKind): boolean {
  return EXPRESSION_STARTS.has(kind);
}

export function startsDuration(kind: TokenKind): boolean {
  return DURATION_STARTS.has(kind);
}

/** Characters of a token that a message shows. */
const MOST_SHOWN = 10;

/** As Prometheus says it after "unexpected": `identifier "foo"`, `<op:+>`, `")"`. */
export function describeToken({ kind, text }: Token): string {
  if (kind === 'end of input') return kind;
  const shown = show(kind, text);
  return DESCRIBED.has(kind) ? `${kind} ${shown}` : shown;
}

function show(kind: TokenKind, text: string): string {
  if (kind === 'identifier' || kind === 'metric identifier') return quoteAsGo(text);
  if (KEYWORD_KINDS.has(kind)) return `<${text}>`;
  if (OPERATOR_KINDS.has(kind)) return `<op:${text}>`;
  if (AGGREGATION_KINDS.has(kind)) return `<aggr:${text}>`;
  if (Buffer.byteLength(text) <= MOST_SHOWN) return quoteAsGo(text);
  return `${quoteAsGo([...text].slice(0, MOST_SHOWN).join(''))}...`;
}
