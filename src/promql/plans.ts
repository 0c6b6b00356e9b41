// Expressions made ready to run, kept by their text.

import type { Clock } from '../lib/clock.ts';
import { Recent } from '../lib/recent.ts';
import { compile } from './eval/compile.ts';
import type { EvalSettings } from './eval/settings.ts';
import type { Step } from './eval/step.ts';
import { parseExpression } from './syntax/parse.ts';
import { repetitionsIn } from './syntax/parse-selector.ts';

/** Above what the expressions of a catalogue, its rules and some dashboards weigh; the one asked longest ago goes first. */
const MOST_BYTES = 64 * 1024 * 1024;
/** Of a plan and what it remembers of rows, as a guess: so 500 are kept. */
const PLAN_BYTES = 128 * 1024;
/** What a counted repetition in a regular expression may take. */
const REPETITION_BYTES = 12 * 1024 * 1024;

/** Autoscalers ask every 15 s and dashboards every few minutes; what nobody asks any more holds no rows in memory. */
const KEPT_MS = 15 * 60_000;

interface Plan {
  readonly step: Step;
  readonly bytes: number;
  usedMs: number;
}

/** The plan for an expression; throws a QueryError when it is none. */
export function createPlans(settings: Omit<EvalSettings, 'expr'>, clock: Clock): (expr: string) => Step {
  const plans = new Recent<Plan>({ limit: MOST_BYTES, weigh: ({ bytes }) => bytes });
  return (expr) => {
    const usedMs = clock.nowMs();
    const known = plans.get(expr);
    if (known !== undefined) {
      known.usedMs = usedMs;
      return known.step;
    }
    const step = compile(parseExpression(expr), { ...settings, expr });
    plans.dropOldest((plan) => usedMs - plan.usedMs > KEPT_MS);
    plans.set(expr, { step, bytes: PLAN_BYTES + repetitionsIn(expr) * REPETITION_BYTES, usedMs });
    return step;
  };
}
