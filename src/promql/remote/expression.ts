// An expression as it goes out: the pod set as conditions on names, only what live targets say, and the newest samples beside the values.
import { Recent } from '../../lib/recent.ts';
import { METRIC_NAME } from '../../model/labels.ts';
import type { Matcher } from '../../model/matcher.ts';
import { POD_SET_LABEL } from '../../model/query-engine.ts';
import type { Binary, Call, Expr, Parentheses, Selector } from '../syntax/ast.ts';
import { selectorsOf } from '../syntax/ast.ts';
import { typeOf } from '../syntax/check.ts';
import { parseExpression } from '../syntax/parse.ts';
import { printExpression } from '../syntax/print.ts';
import type { WrittenMatcher } from './pod-matchers.ts';

/** Tells values and times apart in an answer that holds both. */
export const PART_LABEL = '__part__';
const VALUE_PART = 'value';
/** Seconds since the epoch, by namespace and pod. */
export const NEWEST_PART = 'newest';

export interface Writing {
  /** What stands for the pod set; undefined where none is asked about. */
  readonly pods: readonly WrittenMatcher[] | undefined;
  /** Only series of targets whose `up` is 1 and no older than this; undefined: of all. */
  readonly liveMs: number | undefined;
  /** Whether the newest samples are asked for beside the values; only where `hasNewest`. */
  readonly hasParts: boolean;
}

/** Of a catalogue and the rules beside it. */
const MOST_KEPT = 1000;
/** Selectors whose times are asked for: nearly all series of a pod are said by one target at one time. */
const MOST_TIMED = 4;

/** What no pod set is asked of, and no target is judged for, goes out as it was handed in, whatever language it is in. */
export class Expressions {
  readonly #trees = new Recent<{ readonly tree: Expr }>({ limit: MOST_KEPT, weigh: () => 1 });

  /** Whether the newest sample of each pod can be asked for beside the values. Throws a QueryError for what is no PromQL, where it has to be read. */
  hasNewest(text: string): boolean {
    return text.includes(POD_SET_LABEL) && typeOf(this.#read(text)) === 'vector' && selectorsOf(this.#read(text)).some(asksPodSet);
  }

  /** Throws a QueryError for what is no PromQL, where it has to be read. */
  write(text: string, { pods, liveMs, hasParts }: Writing): string {
    if (!text.includes(POD_SET_LABEL) && liveMs === undefined) return text;
    const tree = this.#read(text);
    const values = withPods(tree, pods);
    const written = printExpression(liveMs === undefined ? values : onlyLive(values, { liveMs }));
    return hasParts ? `${part(written, VALUE_PART)} or ${part(newestOf(tree, pods), NEWEST_PART)}` : written;
  }

  #read(text: string): Expr {
    const known = this.#trees.get(text);
    if (known !== undefined) return known.tree;
    const tree = parseExpression(text, { experimentalFunctions: true });
    this.#trees.set(text, { tree });
    return tree;
  }
}

function part(text: string, name: string): string {
  return `label_replace(${text}, "${PART_LABEL}", "${name}", "", "")`;
}

/** The newest sample of each pod's series, as far as they are there now. */
function newestOf(tree: Expr, pods: readonly WrittenMatcher[] | undefined): string {
  const selectors = selectorsOf(tree)
    .filter(asksPodSet)
    .map((selector) => printExpression(withPods({ ...selector, rangeMs: undefined }, pods)));
  const times = [...new Set(selectors)].slice(0, MOST_TIMED).map((selector) => `timestamp(${selector})`);
  return `max by (namespace, pod) (${times.join(' or ')})`;
}

function asksPodSet({ matchers }: Selector): boolean {
  return matchers.some(({ name }) => name === POD_SET_LABEL);
}

function withPods(tree: Expr, pods: readonly WrittenMatcher[] | undefined): Expr {
  return mapped(tree, (expr) => (expr.kind === 'selector' && asksPodSet(expr) ? selectorOfPods(expr, pods) : undefined));
}

function selectorOfPods(selector: Selector, pods: readonly WrittenMatcher[] = []): Selector {
  const others = selector.matchers.filter(({ name }) => name !== POD_SET_LABEL);
  return { ...selector, matchers: [...others, ...pods.map(printable)] };
}

/** For printing alone: nothing here asks it. */
function printable(matcher: WrittenMatcher): Matcher {
  return { ...matcher, matches: () => false };
}

/** Each series as its target says it, before anything is made of them: after that nobody knows whose they were. */
function onlyLive(tree: Expr, { liveMs }: { readonly liveMs: number }): Expr {
  const live = parseExpression(`(up == 1 and timestamp(up) >= time() - ${Math.ceil(liveMs / 1000)})`);
  return mapped(tree, (expr) => (isSaid(expr) ? joined(expr, live) : undefined));
}

/** A series or what one function makes of each: it still has the labels of its target. */
function isSaid(expr: Expr): boolean {
  if (expr.kind === 'selector') return expr.rangeMs === undefined;
  if (expr.kind !== 'call') return false;
  return takesRange(expr) || (expr.name === 'timestamp' && expr.args[0]?.kind === 'selector');
}

function takesRange({ args }: Call): boolean {
  return args.some((argument) => argument.kind === 'selector' && argument.rangeMs !== undefined);
}

const NOWHERE = { at: 0, end: 0 } as const;

function joined(left: Expr, right: Expr): Parentheses {
  const matching = { on: true, labels: ['job', 'instance'], group: undefined };
  const inner: Binary = { ...NOWHERE, kind: 'binary', operator: 'and', left, right, returnsBool: false, matching };
  return { ...NOWHERE, kind: 'parentheses', inner };
}

/** A copy in which `change` has replaced what it gives something for; what it replaces is not gone into. */
function mapped(expr: Expr, change: (expr: Expr) => Expr | undefined): Expr {
  const changed = change(expr);
  if (changed !== undefined) return changed;
  const inside = (part: Expr): Expr => mapped(part, change);
  switch (expr.kind) {
    case 'number':
    case 'string':
    case 'selector':
      return expr;
    case 'call':
      return { ...expr, args: expr.args.map(inside) };
    case 'aggregation':
      return { ...expr, parameter: expr.parameter && inside(expr.parameter), argument: inside(expr.argument) };
    case 'subquery':
      return { ...expr, expr: inside(expr.expr) };
    case 'parentheses':
      return { ...expr, inner: inside(expr.inner) };
    case 'unary':
      return { ...expr, operand: inside(expr.operand) };
    case 'binary':
      return { ...expr, left: inside(expr.left), right: inside(expr.right) };
  }
}

/** Conditions of a question about series, as `match[]` takes them. */
export function writeSelector(matchers: readonly Matcher[], pods: readonly WrittenMatcher[] | undefined): string {
  const { name } = matchers.find((matcher) => matcher.name === METRIC_NAME && matcher.operator === '=') ?? { name: undefined };
  const selector: Selector = {
    ...NOWHERE,
    kind: 'selector',
    name,
    isNameBare: false,
    matchers,
    rangeMs: undefined,
    offsetMs: undefined,
    pinned: undefined,
  };
  return printExpression(asksPodSet(selector) ? selectorOfPods(selector, pods) : selector);
}
