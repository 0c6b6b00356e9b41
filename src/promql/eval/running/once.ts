// What `@` holds still is the same at every step: it is evaluated at the first one, and copied at the others.
import { type Call, type Expr, selectorsOf } from '../../syntax/ast.ts';
import type { EvalSettings } from '../settings.ts';
import type { Step, VectorStep } from '../step.ts';
import { copyOf, type Scalar, type Vector } from '../vector.ts';

/** They look at the instant of evaluation whatever their arguments are. */
const OF_THE_INSTANT: ReadonlySet<string> = new Set(
  'days_in_month day_of_month day_of_week day_of_year hour minute month year predict_linear time timestamp'.split(' '),
);

/**
 * As Prometheus decides it (PreprocessExpr in promql/engine.go), with what follows: the parameter of an aggregation over
 * what does not move does not move either.
 */
function isSteady(expr: Expr): boolean {
  switch (expr.kind) {
    case 'number':
    case 'string':
      return true;
    case 'selector':
    case 'subquery':
      return expr.pinned !== undefined;
    case 'parentheses':
      return isSteady(expr.inner);
    case 'unary':
      return isSteady(expr.operand);
    case 'aggregation':
      return isSteady(expr.argument);
    case 'binary':
      return isSteady(expr.left) && isSteady(expr.right);
    case 'call':
      return expr.args.every(isSteady) && isSteadyCall(expr);
  }
}

function isSteadyCall({ name, args }: Call): boolean {
  if (!OF_THE_INSTANT.has(name)) return true;
  return name === 'timestamp' && args[0]?.kind === 'selector';
}

/** Numbers are steady too, and cheaper to say again; but the parameter of an aggregation over them may move, and is asked once. */
export function isWorthKeeping(expr: Expr): boolean {
  return (selectorsOf(expr).length > 0 || expr.kind === 'aggregation') && isSteady(expr);
}

/** Ranges stay as they are: the function around them is what is evaluated once. */
export function once(step: Step, settings: EvalSettings): Step {
  if (step.type === 'vector') return { type: 'vector', run: vectorOnce(step.run, settings) };
  if (step.type !== 'scalar') return step;
  const key = {};
  return {
    type: 'scalar',
    run: (run) => {
      const kept = run.query.once.get(key) as Scalar | undefined;
      const scalar = kept ?? step.run(run);
      run.query.once.set(key, scalar);
      return scalar;
    },
  };
}

interface KeptVector extends Vector {
  /** A list of rows means nothing when others have come. */
  readonly rowsVersion: number;
}

function vectorOnce(step: VectorStep, { source }: EvalSettings): VectorStep {
  const key = {};
  return (run) => {
    // Within a join the selectors may have been told to leave something out.
    if (run.only !== undefined) return step(run);
    const kept = run.query.once.get(key) as KeptVector | undefined;
    if (kept?.rowsVersion === source.rowsVersion) return copyOf(kept, run);
    const { list, values, newestMs } = step(run);
    run.query.once.set(key, {
      list,
      values: values.slice(0, list.size),
      newestMs: newestMs.slice(0, list.size),
      rowsVersion: source.rowsVersion,
    } satisfies KeptVector);
    return { list, values, newestMs };
  };
}
