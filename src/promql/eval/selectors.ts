// Selectors: from rows of the source to columns.
import { floatAt, intAt } from '../../lib/columns.ts';
import type { GrowthColumns, SampleSource } from '../../model/sample-source.ts';
import type { Selector as SelectorNode } from '../syntax/ast.ts';
import { printSelector } from '../syntax/print.ts';
import { narrower } from './narrow.ts';
import type { Run } from './run.ts';
import { type Selection, selectionOf, selectorOf } from './selection.ts';
import type { EvalSettings } from './settings.ts';
import type { RangeBounds, RangeStep, VectorStep } from './step.ts';
import { absentVector, rawVector } from './vector.ts';

export function instantSelector(node: SelectorNode, { source, lookbackMs }: EvalSettings): VectorStep {
  const select = tracedSelector(node, source);
  return (run) => {
    const { rows, list } = select(run);
    const toMs = run.timeMs - (node.offsetMs ?? 0);
    const vector = rawVector(list, run);
    run.usage.countSamples(source.readNewest(rows, { fromMs: toMs - lookbackMs, toMs }, vector));
    return vector;
  };
}

export function rangeSelector(node: SelectorNode, { source }: EvalSettings): RangeStep {
  const select = tracedSelector(node, source);
  const rangeMs = node.rangeMs ?? 0;
  const boundsAt = (timeMs: number): RangeBounds => {
    const toMs = timeMs - (node.offsetMs ?? 0);
    return { fromMs: toMs - rangeMs, toMs, seconds: rangeMs / 1000 };
  };
  return {
    reduce: (run, reduce) => {
      const { rows, list } = select(run);
      const bounds = boundsAt(run.timeMs);
      const vector = absentVector(list, run);
      const { window } = run.scratch;
      const visit = (position: number): void => {
        run.usage.countRead(window.length);
        const value = window.length === 0 ? undefined : reduce(window, bounds);
        if (value === undefined) return;
        vector.values[position] = value;
        vector.newestMs[position] = floatAt(window.timesMs, window.length - 1);
      };
      source.readEach(rows, bounds, { window, visit });
      return vector;
    },
    grow: (run, finish) => {
      const { rows, list } = select(run);
      const bounds = boundsAt(run.timeMs);
      const into = rawVector(list, run);
      const { growth } = run.scratch;
      for (let from = 0; from < list.size; from += growth.length) {
        source.readGrowth(rows, bounds, { from, into: growth });
        run.usage.countSamples(samplesOf(growth));
        finish(growth, { bounds, from, into });
      }
      return into;
    },
  };
}

function samplesOf({ samples, length }: GrowthColumns): number {
  let sum = 0;
  for (let at = 0; at < length; at += 1) sum += floatAt(samples, at);
  return sum;
}

function tracedSelector(node: SelectorNode, source: SampleSource): (run: Run) => Selection {
  const select = selectorOf(node.matchers, source);
  const narrow = narrower(({ rows, list }, positions) =>
    selectionOf(
      Int32Array.from(positions, (at) => intAt(rows, at)),
      { source, namesDiffer: list.namesDiffer },
    ),
  );
  const text = printSelector(node);
  return ({ usage, only }) => {
    const all = select(usage.scope);
    const selection = only === undefined ? all : narrow(all, only);
    usage.noteSelection(text, selection.rows.length);
    return selection;
  };
}
