// Every signal of the catalogue and every published recipe, over samples that Plimsoll holds.
import { POD_SET_LABEL } from '../../../src/model/query-engine.ts';
import { CATALOGUE } from '../../../src/signals/catalogue.ts';
import { renderTemplate } from '../../../src/signals/template.ts';
import { expressionOf } from '../../bench/promql-questions.ts';
import { askBoth } from './both.ts';
import { embeddedBy, embeddedOver } from './embedded.ts';
import { RECIPES } from './expressions/recipes.ts';
import type { Oracle, Question } from './oracle.ts';
import type { Held } from './samples/plimsoll.ts';
import type { Counterexample } from './shrink.ts';

/** Defaults for targets that are scraped every five seconds. */
const WINDOWS = { windowMs: 60_000, liveWindowMs: 15_000 };
const PODS = 'namespace="demo",pod=~"triton-.*"';
const STEP_MS = 15_000;
const STEPS = 16;

/** As an expression for all pods, and each template as it is asked by itself. */
function signalExpressions(): readonly string[] {
  const fill = (template: string | undefined): readonly string[] =>
    template === undefined ? [] : [renderTemplate(template, { labelMatchers: '', ...WINDOWS }).replaceAll(`${POD_SET_LABEL}="1"`, PODS)];
  return CATALOGUE.flatMap(({ name, expr, careful, per }) => [
    expressionOf(name, { matchers: PODS, ...WINDOWS }),
    ...fill(expr),
    ...fill(careful),
    ...fill(per),
  ]);
}

export interface SignalRun {
  readonly held: Held;
  readonly oracle: Oracle;
  readonly found: (example: Counterexample) => void;
}

interface Outcome {
  readonly answers: number;
  readonly empty: number;
  readonly undecided: number;
}

/** Asks the engine over Plimsoll's own store, and one over the same samples in arrays. */
export async function askSignals({ held: { engine, data, nowMs }, oracle, found }: SignalRun): Promise<Outcome> {
  await oracle.load(data);
  const asked = [...new Set([...signalExpressions(), ...RECIPES.flatMap(({ exprs }) => exprs)])];
  let [answers, empty, undecided] = [0, 0, 0];
  for (const embedded of [embeddedBy(engine), embeddedOver(data)]) {
    for (const question of asked.flatMap((expr) => questionsOf(expr, nowMs))) {
      const verdict = await askBoth(question, { oracle, embedded });
      answers += 1;
      if (verdict.kind === 'different') found({ question, data, ...verdict });
      else if (verdict.kind === 'undecided') undecided += 1;
      else if ((verdict.answer.series ?? []).length === 0) empty += 1;
    }
  }
  return { answers, empty, undecided };
}

/** Lookback is what Plimsoll keeps: both are told the same. */
function questionsOf(expr: string, nowMs: number): readonly Question[] {
  const lookbackMs = 600_000;
  return [
    { instant: expr, timeMs: nowMs, lookbackMs },
    { instant: expr, timeMs: nowMs - 100_003, lookbackMs },
    { range: expr, startMs: nowMs - STEPS * STEP_MS, endMs: nowMs, stepMs: STEP_MS, lookbackMs },
  ];
}
