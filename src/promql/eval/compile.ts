// A checked tree to steps: the only place that walks down.
import { type Aggregation, type Binary, type Call, type Expr, type Subquery, type Unary, withoutParentheses } from '../syntax/ast.ts';
import { unsupported } from '../syntax/failure.ts';
import { BINARY_OPERATORS } from '../syntax/operators.ts';
import { aggregate } from './aggregations/aggregate.ts';
import { chooseSeries, isChoice } from './aggregations/choose.ts';
import { countValues } from './aggregations/count-values.ts';
import { mapVector } from './functions/map.ts';
import { FUNCTIONS } from './functions/table.ts';
import { withoutLostNames } from './labels/late-names.ts';
import { joinVectors } from './operators/join.ts';
import { scalarWithScalar, vectorWithScalar } from './operators/scalar-binary.ts';
import { combineSets } from './operators/sets.ts';
import { instantSelector, rangeSelector } from './reading/selectors.ts';
import { isWorthKeeping, once } from './running/once.ts';
import { type Preparation, subqueryRange } from './running/subquery.ts';
import type { EvalSettings } from './settings.ts';
import { type RangeStep, type Step, scalarArgument, type VectorStep, vectorArgument } from './step.ts';
import { NO_SAMPLE } from './vector.ts';

/** An expression made ready. */
export interface Plan {
  readonly step: Step;
  /** What has to be there before the step is run: one after another, in this order. */
  readonly preparations: readonly Preparation[];
}

/** The expression has passed the type checker. What the steps remember is theirs: one compilation serves one engine. */
export function compile(expr: Expr, settings: EvalSettings): Plan {
  const compiler = new Compiler(expr, settings);
  return { step: compiler.compileWhole(), preparations: compiler.preparations };
}

class Compiler {
  readonly #whole: Expr;
  readonly #settings: EvalSettings;
  readonly preparations: Preparation[] = [];
  /** Subqueries that the expression at hand stands in, the innermost last. */
  #path: readonly Subquery[] = [];
  /** Within something that is kept as a whole. */
  #isKept = false;
  #rank = 0;

  constructor(expr: Expr, settings: EvalSettings) {
    this.#whole = withoutParentheses(expr);
    this.#settings = settings;
  }

  compileWhole(): Step {
    const step = this.compile(this.#whole);
    return step.type === 'vector' ? { type: 'vector', run: this.#last(step.run) } : step;
  }

  #last(step: VectorStep): VectorStep {
    return this.#settings.delayedNameRemoval ? withoutLostNames(step) : step;
  }

  /** Keeps the largest parts that `@` holds still. */
  compile(expr: Expr): Step {
    if (this.#isKept || !isWorthKeeping(expr)) return this.#compile(expr);
    this.#isKept = true;
    const step = this.#compile(expr);
    this.#isKept = false;
    return once(step, this.#settings);
  }

  #compile(expr: Expr): Step {
    switch (expr.kind) {
      case 'number':
        return { type: 'scalar', run: () => ({ value: expr.value, newestMs: NO_SAMPLE }) };
      case 'string':
        return { type: 'string', value: expr.value };
      case 'selector':
        if (expr.rangeMs === undefined) return { type: 'vector', run: instantSelector(expr, this.#settings) };
        return { type: 'range', range: rangeSelector(expr, this.#settings) };
      case 'call':
        return this.#call(expr);
      case 'aggregation':
        return this.#kept(this.#aggregation(expr));
      case 'parentheses':
        return this.compile(expr.inner);
      case 'subquery':
        return { type: 'range', range: this.#subquery(expr) };
      case 'unary':
        return this.#unary(expr, this.compile(expr.operand));
      case 'binary':
        return this.#binary(expr, [this.compile(expr.left), this.compile(expr.right)]);
    }
  }

  /** Aggregations are small, and what they were made of may not be. */
  #kept(compute: VectorStep): Step {
    const { source } = this.#settings;
    return {
      type: 'vector',
      run: (run) => run.leaves.result(compute, { run, compute: () => compute(run), rowsVersion: source.rowsVersion }),
    };
  }

  #subquery(node: Subquery): RangeStep {
    const [path, isKept] = [this.#path, this.#isKept];
    this.#path = [...path, node];
    this.#isKept = false;
    const samples = vectorArgument([this.compile(node.expr)], 0);
    // Of a subquery that is not an argument of a function there is no step after this one.
    const inner = node === this.#whole ? this.#last(samples) : samples;
    // What stands within has been added before: it has to be there first.
    this.preparations.push({ path: this.#path, node, inner });
    this.#path = path;
    this.#isKept = isKept;
    return subqueryRange(node);
  }

  #call(node: Call): Step {
    const build = FUNCTIONS.get(node.name);
    if (build === undefined) throw unsupported({ what: 'function', name: node.name, instead: 'write it in another way' });
    const args = node.args.map((argument) => this.compile(argument));
    return build(args, { node, settings: this.#settings, rank: this.#nextRank() });
  }

  #aggregation(node: Aggregation): VectorStep {
    const settings = this.#settings;
    const inner = node.parameter === undefined ? undefined : withoutParentheses(node.parameter);
    const first = inner === undefined ? undefined : this.compile(inner);
    const argument = vectorArgument([this.compile(node.argument)], 0);
    if (inner?.kind === 'string') return countValues(node, { argument, label: inner.value, texts: settings.texts });
    const rank = this.#nextRank();
    const parameter = inner === undefined || first === undefined ? undefined : { at: inner.at, rank, run: scalarArgument([first], 0) };
    if (!isChoice(node.operator)) return aggregate(node, { argument, parameter, settings });
    if (parameter === undefined) throw new Error(`BUG: ${node.operator} was let through without a parameter`);
    return chooseSeries(node, { argument, parameter, settings });
  }

  #nextRank(): number {
    this.#rank += 1;
    return this.#rank;
  }

  #unary({ operator }: Unary, operand: Step): Step {
    if (operator === '+') return operand;
    if (operand.type === 'vector') return mapVector((value) => -value)([operand], { settings: this.#settings });
    const scalar = scalarArgument([operand], 0);
    return {
      type: 'scalar',
      run: (run) => {
        const { value, newestMs } = scalar(run);
        return { value: -value, newestMs };
      },
    };
  }

  #binary(node: Binary, sides: readonly [Step, Step]): Step {
    const settings = this.#settings;
    const [left, right] = sides;
    if (left.type === 'scalar' && right.type === 'scalar') {
      return { type: 'scalar', run: scalarWithScalar(node, { left: left.run, right: right.run }) };
    }
    if (left.type === 'scalar') {
      return {
        type: 'vector',
        run: vectorWithScalar(node, { vector: vectorArgument(sides, 1), scalar: left.run, side: 'right', settings }),
      };
    }
    if (right.type === 'scalar') {
      return {
        type: 'vector',
        run: vectorWithScalar(node, { vector: vectorArgument(sides, 0), scalar: right.run, side: 'left', settings }),
      };
    }
    const vectors = { left: vectorArgument(sides, 0), right: vectorArgument(sides, 1), settings };
    const isSet = BINARY_OPERATORS.get(node.operator)?.kind === 'set';
    return { type: 'vector', run: isSet ? combineSets(node, vectors) : joinVectors(node, vectors) };
  }
}
