// Selectors: from rows of the source to columns.
import type { SampleSource } from '../../model/sample-source.ts';
import type { Selector as SelectorNode } from '../ast.ts';
import { printSelector } from '../print.ts';
import type { Run } from './run.ts';
import { type Selection, selectorOf } from './selection.ts';
import type { Growth, RangeBounds, RangeStep, VectorStep } from './step.ts';
import { absentVector, isPresent, rawVector } from './vector.ts';

export interface EvalSettings {
  readonly source: SampleSource;
  /** How far back an instant selector looks for a sample, the far end excluded. */
  readonly lookbackMs: number;
}

export function instantSelector(node: SelectorNode, { source, lookbackMs }: EvalSettings): VectorStep {
  const select = tracedSelector(node, source);
  return (run) => {
    const { rows, list } = select(run);
    const toMs = run.timeMs - (node.offsetMs ?? 0);
    const vector = rawVector(list, run);
    source.readNewest(rows, { fromMs: toMs - lookbackMs, toMs }, vector);
    let present = 0;
    for (let position = 0; position < list.size; position += 1) if (isPresent(vector, position)) present += 1;
    run.usage.countSamples(present);
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
      const { window } = run.usage;
      for (let position = 0; position < list.size; position += 1) {
        source.read(rows[position] ?? -1, bounds, window);
        run.usage.countRead(window.length);
        const value = window.length === 0 ? undefined : reduce(window, bounds);
        if (value === undefined) continue;
        vector.values[position] = value;
        vector.newestMs[position] = window.timesMs[window.length - 1] ?? Number.NaN;
      }
      return vector;
    },
    growth: (run) => {
      const { rows, list } = select(run);
      const bounds = boundsAt(run.timeMs);
      const growth = rawGrowth(list, run);
      source.readGrowth(rows, bounds, growth);
      let samples = 0;
      for (let position = 0; position < list.size; position += 1) samples += growth.samples[position] ?? 0;
      run.usage.countSamples(samples);
      return { ...growth, bounds };
    },
  };
}

function rawGrowth(list: Growth['list'], { scratch }: Run): Omit<Growth, 'bounds'> {
  const column = (): Float64Array => scratch.column(list.size);
  return { list, first: column(), growth: column(), firstMs: column(), lastMs: column(), samples: column() };
}

function tracedSelector(node: SelectorNode, source: SampleSource): (run: Run) => Selection {
  const select = selectorOf(node.matchers, source);
  const text = printSelector(node);
  return ({ usage }) => {
    const selection = select(usage.scope);
    usage.noteSelection(text, selection.rows.length);
    return selection;
  };
}
