// Random expressions over random samples, each asked at an instant and over a range.
import fc from 'fast-check';
import { askBoth } from './both.ts';
import { embeddedOver } from './embedded.ts';
import { randomExpressions } from './expressions/random.ts';
import type { Oracle, Question } from './oracle.ts';
import { END_MS, randomData, START_MS } from './samples/random.ts';
import type { Counterexample } from './shrink.ts';

export interface RandomRun {
  readonly seed: number;
  readonly count: number;
  readonly oracle: Oracle;
  readonly progress: (done: number) => void;
  readonly found: (example: Counterexample) => void;
}

/** Expressions that share samples: few enough for several worlds, enough for the time that loading them takes. */
const PER_DATA_SET = 500;
/** Levels of functions and operators around selectors. */
const DEPTHS = [2, 3, 3, 4];
const DURATIONS = fc.constantFrom(15_000, 30_000, 7_000, 60_000, 1);

interface Outcome {
  /** Of answers both agree on: those that are errors, and those without a series. */
  failed: number;
  empty: number;
  undecided: number;
}

/** Samples, and expressions over them, follow from the seed alone. */
export async function askRandomly({ seed, count, oracle, progress, found }: RandomRun): Promise<Outcome> {
  const outcome: Outcome = { failed: 0, empty: 0, undecided: 0 };
  for (let done = 0; done < count; done += PER_DATA_SET) {
    const size = Math.min(PER_DATA_SET, count - done);
    const [data = []] = fc.sample(randomData, { seed: seed + done, numRuns: 1 });
    const depth = DEPTHS[(done / PER_DATA_SET) % DEPTHS.length] ?? 3;
    const experimental = (done / PER_DATA_SET) % 3 === 2;
    const questions = fc.sample(questionPairs(experimental, depth), { seed: seed + done, numRuns: size }).flat();
    await oracle.load(data);
    const both = { oracle, embedded: embeddedOver(data) };
    for (const question of questions) {
      const verdict = await askBoth(question, both);
      if (verdict.kind === 'undecided') outcome.undecided += 1;
      else if (verdict.kind === 'different') found({ question, data, ...verdict });
      else if (verdict.answer.error !== undefined) outcome.failed += 1;
      else if ((verdict.answer.series ?? []).length === 0) outcome.empty += 1;
    }
    progress(done + size);
  }
  return outcome;
}

function questionPairs(experimental: boolean, depth: number): fc.Arbitrary<readonly Question[]> {
  const time = fc.oneof(
    { weight: 6, arbitrary: fc.integer({ min: START_MS + 120_000, max: END_MS }) },
    { weight: 1, arbitrary: fc.integer({ min: START_MS - 60_000, max: END_MS + 400_000 }) },
  );
  const settings = fc.constantFrom({}, {}, {}, { lookbackMs: 20_000 }, { defaultStepMs: 13_000 });
  return fc
    .tuple(randomExpressions({ experimental, depth }), time, fc.integer({ min: 0, max: 8 }), DURATIONS, settings)
    .map(([expr, timeMs, steps, stepMs, given]) => {
      const own = { ...given, ...(experimental ? { experimental } : {}) };
      const range = { range: expr, startMs: timeMs - steps * stepMs, endMs: timeMs, stepMs };
      return [
        { instant: expr, timeMs, ...own },
        { ...range, ...own },
      ];
    });
}
