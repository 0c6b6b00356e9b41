// A tree back to text, every nested operation in parentheses: what the parser understood.
import { METRIC_NAME } from '../../model/labels.ts';
import type { Matcher } from '../../model/matcher.ts';
import { type Aggregation, type Binary, type Expr, type Grouping, type Selector, withoutParentheses } from './ast.ts';
import { printDuration } from './literals.ts';

/** Text that reads as the same tree. */
export function printExpression(expr: Expr): string {
  switch (expr.kind) {
    case 'number':
      return printNumber(expr.value);
    case 'string':
      return JSON.stringify(expr.value);
    case 'selector':
      return printSelector(expr);
    case 'call':
      return `${expr.name}(${expr.args.map(printExpression).join(', ')})`;
    case 'aggregation':
      return `${expr.operator}${printGrouping(expr.grouping)}(${printParameter(expr)}${printExpression(expr.argument)})`;
    case 'parentheses':
      return printExpression(expr.inner);
    case 'subquery':
      return `${printOperand(expr.expr)}[${printDuration(expr.rangeMs)}:${expr.stepMs === undefined ? '' : printDuration(expr.stepMs)}]${printModifiers(expr)}`;
    case 'unary':
      return `${expr.operator}${printOperand(expr.operand)}`;
    case 'binary':
      return printBinary(expr);
  }
}

const BARE_METRIC = /^[a-zA-Z_:][\w:]*$/;
const BARE_LABEL = /^[a-zA-Z_]\w*$/;

export function printSelector(selector: Selector): string {
  const [first, ...others] = selector.matchers;
  const isNamed = first?.name === METRIC_NAME && first.operator === '=' && BARE_METRIC.test(first.value);
  const conditions = (isNamed ? others : selector.matchers).map(printMatcher).join(', ');
  const braces = conditions === '' ? '' : `{${conditions}}`;
  const range = selector.rangeMs === undefined ? '' : `[${printDuration(selector.rangeMs)}]`;
  return `${isNamed ? first.value : ''}${braces}${range}${printModifiers(selector)}`;
}

function printModifiers({ offsetMs, pinned }: Pick<Selector, 'offsetMs' | 'pinned'>): string {
  const offset = offsetMs === undefined ? '' : ` offset ${printDuration(offsetMs)}`;
  if (pinned === undefined) return offset;
  return ` @ ${pinned.kind === 'time' ? pinned.timeMs / 1000 : `${pinned.kind}()`}${offset}`;
}

function printParameter({ parameter }: Aggregation): string {
  return parameter === undefined ? '' : `${printExpression(parameter)}, `;
}

function printMatcher({ name, operator, value }: Matcher): string {
  return `${printLabel(name)}${operator}${JSON.stringify(value)}`;
}

function printLabel(name: string): string {
  return BARE_LABEL.test(name) ? name : JSON.stringify(name);
}

function printLabels(names: readonly string[]): string {
  return `(${names.map(printLabel).join(', ')})`;
}

function printGrouping({ without, labels }: Grouping): string {
  if (!without && labels.length === 0) return '';
  return ` ${without ? 'without' : 'by'} ${printLabels(labels)} `;
}

function printNumber(value: number): string {
  return value === Number.POSITIVE_INFINITY ? 'Inf' : String(value);
}

function printOperand(expr: Expr): string {
  const { kind } = withoutParentheses(expr);
  return kind === 'binary' || kind === 'unary' ? `(${printExpression(expr)})` : printExpression(expr);
}

function printBinary(binary: Binary): string {
  const { matching } = binary;
  let operator = binary.returnsBool ? `${binary.operator} bool` : binary.operator;
  if (matching !== undefined) operator += ` ${matching.on ? 'on' : 'ignoring'} ${printLabels(matching.labels)}`;
  if (matching?.group !== undefined) operator += ` group_${matching.group.many} ${printLabels(matching.group.include)}`;
  return `${printOperand(binary.left)} ${operator} ${printOperand(binary.right)}`;
}
