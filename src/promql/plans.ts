// Expressions made ready to run, kept by their text.

import { Recent } from '../lib/recent.ts';
import { compile, type Plan } from './eval/compile.ts';
import type { EvalSettings } from './eval/settings.ts';
import { type ParseOptions, parseExpression } from './syntax/parse.ts';
import { repetitionsIn } from './syntax/parse-selector.ts';

/** Above what the expressions of a catalogue, its rules and some dashboards weigh; the one asked longest ago goes first. */
const MOST_BYTES = 64 * 1024 * 1024;
/** Of a plan and what it remembers of rows, as a guess: so 500 are kept. */
const PLAN_BYTES = 128 * 1024;
/** What a counted repetition in a regular expression may take. */
const REPETITION_BYTES = 12 * 1024 * 1024;

interface Weighed {
  readonly plan: Plan;
  readonly bytes: number;
}

/** The plan for an expression; throws a QueryError when it is none. */
export function createPlans(settings: Omit<EvalSettings, 'expr'>, options: ParseOptions = {}): (expr: string) => Plan {
  const plans = new Recent<Weighed>({ limit: MOST_BYTES, weigh: ({ bytes }) => bytes });
  return (expr) => {
    const known = plans.get(expr);
    if (known !== undefined) return known.plan;
    const plan = compile(parseExpression(expr, options), { ...settings, expr });
    plans.set(expr, { plan, bytes: PLAN_BYTES + repetitionsIn(expr) * REPETITION_BYTES });
    return plan;
  };
}
