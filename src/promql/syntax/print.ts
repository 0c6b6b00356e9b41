// A tree back to text, as Prometheus prints it.
import { METRIC_NAME } from '../../model/labels.ts';
import type { Matcher } from '../../model/matcher.ts';
import type { Aggregation, Binary, Expr, Grouping, Selector } from './ast.ts';
import { quoteAsGo } from './go-quote.ts';
import { printDuration } from './literals.ts';

/** Text that reads as the same tree. */
export function printExpression(expr: Expr): string {
  switch (expr.kind) {
    case 'number':
      // By whole nanoseconds, as Prometheus has it: what is below a millisecond then is not rounded.
      return expr.isDuration ? printDuration(Math.trunc(expr.value * 1e9) / 1e6) : printNumber(expr.value);
    case 'string':
      return quoteAsGo(expr.value);
    case 'selector':
      return printPlainSelector(expr);
    case 'call':
      return `${expr.name}(${expr.args.map(printExpression).join(', ')})`;
    case 'aggregation':
      return `${expr.operator}${printGrouping(expr.grouping)}(${printParameter(expr)}${printExpression(expr.argument)})`;
    case 'parentheses':
      return `(${printExpression(expr.inner)})`;
    case 'subquery':
      return `${printExpression(expr.expr)}[${printDuration(expr.rangeMs)}:${expr.stepMs === undefined ? '' : printDuration(expr.stepMs)}]${printModifiers(expr)}`;
    case 'unary':
      return `${expr.operator}${printExpression(expr.operand)}`;
    case 'binary':
      return printBinary(expr);
  }
}

/** Conditions in the order of their texts. */
function printPlainSelector(selector: Selector): string {
  const [name, conditions] = printParts(selector, (matchers) => matchers.map(printMatcher).sort().join(','));
  return `${name}${conditions}${printRange(selector)}${printModifiers(selector)}`;
}

/** For people: a name as before the braces wherever it stands, and conditions as they were written. */
export function printSelector(selector: Selector): string {
  const [first] = selector.matchers;
  const isNameBare = first?.name === METRIC_NAME && first.operator === '=' && BARE_METRIC.test(first.value);
  const [name, conditions] = printParts({ ...selector, isNameBare }, (matchers) => matchers.map(printMatcher).join(', '));
  return `${name}${conditions}${printRange(selector)}${printModifiers(selector)}`;
}

const BARE_METRIC = /^[a-zA-Z_:][\w:]*$/;
const BARE_LABEL = /^[a-zA-Z_]\w*$/;

function printParts(
  { matchers, isNameBare }: Selector,
  print: (matchers: readonly Matcher[]) => string,
): readonly [name: string, braces: string] {
  const conditions = print(isNameBare ? matchers.slice(1) : matchers);
  return [isNameBare ? (matchers[0]?.value ?? '') : '', conditions === '' ? '' : `{${conditions}}`];
}

function printRange({ rangeMs }: Selector): string {
  return rangeMs === undefined ? '' : `[${printDuration(rangeMs)}]`;
}

function printModifiers({ offsetMs, pinned }: Pick<Selector, 'offsetMs' | 'pinned'>): string {
  const offset = offsetMs === undefined || offsetMs === 0 ? '' : ` offset ${printDuration(offsetMs)}`;
  if (pinned === undefined) return offset;
  return ` @ ${pinned.kind === 'time' ? (pinned.timeMs / 1000).toFixed(3) : `${pinned.kind}()`}${offset}`;
}

function printParameter({ parameter }: Aggregation): string {
  return parameter === undefined ? '' : `${printExpression(parameter)}, `;
}

function printMatcher({ name, operator, value }: Matcher): string {
  return `${printLabel(name)}${operator}${quoteAsGo(value)}`;
}

function printLabel(name: string): string {
  return BARE_LABEL.test(name) ? name : quoteAsGo(name);
}

function printLabels(names: readonly string[]): string {
  return `(${names.map(printLabel).join(', ')})`;
}

function printGrouping({ without, labels }: Grouping): string {
  if (!without && labels.length === 0) return '';
  return ` ${without ? 'without' : 'by'} ${printLabels(labels)} `;
}

const EXPONENT = /^(?<sign>-?)(?<first>\d)(?:\.(?<rest>\d+))?e(?<exponent>[+-]\d+)$/;

/** The fewest digits that mean the number, and never an exponent. */
function printNumber(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : `${value > 0 ? '+' : '-'}Inf`;
  if (Object.is(value, -0)) return '-0';
  const shortest = String(value);
  const { sign = '', first = '', rest = '', exponent = '0' } = EXPONENT.exec(shortest)?.groups ?? {};
  const shift = Number(exponent);
  if (shift === 0) return shortest;
  const digits = `${first}${rest}`;
  return shift > 0 ? `${sign}${digits.padEnd(shift + 1, '0')}` : `${sign}0.${'0'.repeat(-shift - 1)}${digits}`;
}

function printBinary(binary: Binary): string {
  const { matching } = binary;
  let operator = binary.returnsBool ? `${binary.operator} bool` : binary.operator;
  // To ignore no labels is what is done where nothing is said.
  if (matching !== undefined && (matching.on || matching.labels.length > 0 || matching.group !== undefined)) {
    operator += ` ${matching.on ? 'on' : 'ignoring'} ${printLabels(matching.labels)}`;
  }
  if (matching?.group !== undefined) operator += ` group_${matching.group.many} ${printLabels(matching.group.include)}`;
  return `${printExpression(binary.left)} ${operator} ${printExpression(binary.right)}`;
}
