// Over a range an instant selector's samples are read for some steps together: each series once, rather than all series at each step.
import { floatAt } from '../../../lib/columns.ts';
import type { SampleSource } from '../../../model/sample-source.ts';
import type { Selector } from '../../syntax/ast.ts';
import type { SeriesList } from '../labels/series-list.ts';
import type { Run } from '../running/run.ts';
import type { Vector } from '../vector.ts';
import { momentOf } from './moment.ts';
import type { Selection } from './selection.ts';

/** With fewer steps than this it does not pay. */
const LEAST_STEPS = 8;
/** Read within a millisecond or so, and a MiB for both columns. */
const MOST_CELLS = 65_536;
const MOST_STEPS = 256;

interface Block {
  readonly list: SeriesList;
  readonly firstMs: number;
  readonly steps: number;
  /** All series of the first step, then all of the next. */
  readonly values: Float64Array;
  readonly newestMs: Float64Array;
}

export interface Reading {
  readonly run: Run;
  readonly selection: Selection;
  readonly source: SampleSource;
  readonly lookbackMs: number;
}

/** Fills a vector with the samples of a step, and returns how many there are; undefined where they are better read by themselves. */
export function fillFromBlock(node: Selector, reading: Reading, into: Pick<Vector, 'values' | 'newestMs'>): number | undefined {
  const { run, selection } = reading;
  const { stepMs, count } = run.grid;
  const { once, span } = run.query;
  const steps = Math.min(MOST_STEPS, count, Math.floor(MOST_CELLS / Math.max(1, selection.list.size)));
  if (steps < LEAST_STEPS || node.pinned !== undefined || run.only !== undefined) return undefined;
  const toMs = momentOf(node, { timeMs: run.timeMs, span });
  // Multiples of whole milliseconds are exact.
  if (!Number.isInteger(toMs) || !Number.isInteger(stepMs)) return undefined;
  const known = once.get(node) as Block | undefined;
  const isGood = known?.list === selection.list && toMs >= known.firstMs && toMs < known.firstMs + known.steps * stepMs;
  const block = isGood ? known : readBlock(reading, { firstMs: toMs, steps, known });
  once.set(node, block);
  return copyStep(block, (toMs - block.firstMs) / stepMs, into);
}

function readBlock(
  { run, selection, source, lookbackMs }: Reading,
  { firstMs, steps, known }: { readonly firstMs: number; readonly steps: number; readonly known: Block | undefined },
): Block {
  const { list, rows } = selection;
  const cells = list.size * steps;
  const columns = known?.list === list ? known : { values: new Float64Array(cells), newestMs: new Float64Array(cells) };
  source.readNewestOver(rows, { firstMs, stepMs: run.grid.stepMs, count: steps, lookbackMs }, columns);
  return { list, firstMs, steps, values: columns.values, newestMs: columns.newestMs };
}

function copyStep({ list, values, newestMs }: Block, step: number, into: Pick<Vector, 'values' | 'newestMs'>): number {
  let from = step * list.size;
  let present = 0;
  for (let at = 0; at < list.size; at += 1) {
    const newest = floatAt(newestMs, from);
    into.values[at] = floatAt(values, from);
    into.newestMs[at] = newest;
    if (!Number.isNaN(newest)) present += 1;
    from += 1;
  }
  return present;
}
