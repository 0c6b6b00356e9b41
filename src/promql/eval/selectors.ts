// Selectors: from rows of the source to columns.
import type { SampleSource } from '../../model/sample-source.ts';
import type { Selector as SelectorNode } from '../ast.ts';
import { printSelector } from '../print.ts';
import { numberAt } from './columns.ts';
import type { Run } from './run.ts';
import { selectorOf } from './selection.ts';
import type { RangeReduce, RangeStep, VectorStep } from './step.ts';
import { absentVector, type Vector } from './vector.ts';

export interface EvalSettings {
  readonly source: SampleSource;
  /** How far back an instant selector looks for a sample, the far end excluded. */
  readonly lookbackMs: number;
}

export function instantSelector(node: SelectorNode, { source, lookbackMs }: EvalSettings): VectorStep {
  const readRows = rowReader(node, source);
  return (run) => {
    const { window } = run.usage;
    const toMs = run.timeMs - (node.offsetMs ?? 0);
    return readRows(run, (row) => {
      source.readNewest(row, toMs - lookbackMs, toMs, window);
      return window.length === 0 ? undefined : numberAt(window.values, 0);
    });
  };
}

export function rangeSelector(node: SelectorNode, { source }: EvalSettings): RangeStep {
  const rangeMs = node.rangeMs ?? 0;
  const readRows = rowReader(node, source);
  return (run: Run, reduce: RangeReduce) => {
    const { window } = run.usage;
    const toMs = run.timeMs - (node.offsetMs ?? 0);
    const bounds = { fromMs: toMs - rangeMs, toMs, seconds: rangeMs / 1000 };
    return readRows(run, (row) => {
      source.read(row, bounds.fromMs, toMs, window);
      return window.length === 0 ? undefined : reduce(window, bounds);
    });
  };
}

/** `readRow` fills the run's window from a row and says its value; the window's last sample dates the value. */
function rowReader(node: SelectorNode, source: SampleSource): (run: Run, readRow: (row: number) => number | undefined) => Vector {
  const select = selectorOf(node.matchers, source);
  const text = printSelector(node);
  return ({ usage }, readRow) => {
    const { rows, list } = select(usage.scope);
    const vector = absentVector(list);
    usage.noteSelection(text, rows.length);
    for (const [position, row] of rows.entries()) {
      const value = readRow(row);
      usage.countRead(usage.window.length);
      if (value === undefined) continue;
      vector.values[position] = value;
      vector.newestMs[position] = numberAt(usage.window.timesMs, usage.window.length - 1);
    }
    return vector;
  };
}
