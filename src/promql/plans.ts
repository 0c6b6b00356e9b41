// Expressions made ready to run, kept by their text.

import { compile } from './eval/compile.ts';
import type { EvalSettings } from './eval/selectors.ts';
import type { Step } from './eval/step.ts';
import { parseExpression } from './parse.ts';

/** Above the number of expressions that a catalogue, its rules and some dashboards ask; the one asked longest ago goes first. */
const MOST_PLANS = 500;

/** The plan for an expression; throws a QueryError when it is none. */
export function createPlans(settings: EvalSettings): (expr: string) => Step {
  const plans = new Map<string, Step>();
  return (expr) => {
    const plan = plans.get(expr) ?? compile(parseExpression(expr), settings);
    // Setting anew puts it last: the first is then the one asked longest ago.
    plans.delete(expr);
    plans.set(expr, plan);
    for (const oldest of plans.keys()) {
      if (plans.size <= MOST_PLANS) break;
      plans.delete(oldest);
    }
    return plan;
  };
}
