// Lists of labels in parentheses, and where they stand: `by (…)`, `without (…)`, `on (…) group_left (…)`.
import type { Grouping, Matching } from './ast.ts';
import type { Expectation, TokenCursor } from './cursor.ts';
import { quoteAsGo } from './go-quote.ts';
import { unquote } from './literals.ts';
import { isLabelName, startsExpression } from './tokens.ts';

/** Undefined where neither `by` nor `without` is next. */
export function readGrouping(cursor: TokenCursor): Grouping | undefined {
  const { kind } = cursor.peek();
  if (kind !== 'by' && kind !== 'without') return undefined;
  cursor.take();
  return { without: kind === 'without', labels: readLabels(cursor) };
}

/** Undefined where neither `on` nor `ignoring` is next. */
export function readMatching(cursor: TokenCursor): Matching | undefined {
  const { kind } = cursor.peek();
  if (kind !== 'on' && kind !== 'ignoring') return undefined;
  cursor.take();
  const matching = { on: kind === 'on', labels: readLabels(cursor) };
  const side = cursor.peek().kind;
  if (side !== 'group_left' && side !== 'group_right') return { ...matching, group: undefined };
  cursor.take();
  const next = cursor.peek().kind;
  const include = next === '(' || !startsExpression(next) ? readLabels(cursor) : [];
  return { ...matching, group: { many: side === 'group_left' ? 'left' : 'right', include } };
}

const WITHIN = 'grouping opts';
const PARENTHESIS: Expectation = { within: WITHIN, expected: '"("' };
const LABEL: Expectation = { within: WITHIN, expected: 'label' };
const SEPARATOR: Expectation = { within: WITHIN, expected: '"," or ")"' };

function readLabels(cursor: TokenCursor): readonly string[] {
  cursor.expect('(', PARENTHESIS);
  const labels: string[] = [];
  while (cursor.accept(')') === undefined) {
    cursor.countPart();
    labels.push(readLabel(cursor));
    if (cursor.peek().kind !== ')') cursor.expect(',', SEPARATOR);
  }
  return labels;
}

function readLabel(cursor: TokenCursor): string {
  const { kind, text, at } = cursor.peek();
  if (kind !== 'string' && !isLabelName(kind)) throw cursor.unexpected(LABEL);
  cursor.take();
  const label = kind === 'string' ? unquote(text) : text;
  if (label === '' || !label.isWellFormed()) throw cursor.mistake(at, `invalid label name for grouping: ${quoteAsGo(label)}`);
  return label;
}
