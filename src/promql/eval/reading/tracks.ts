// Over a range a selector's windows overlap: its samples are read once for all steps, and each step's window moves along them.
import { floatAt, intAt } from '../../../lib/columns.ts';
import type { SampleSource, SampleWindow } from '../../../model/sample-source.ts';
import type { Selector } from '../../syntax/ast.ts';
import type { SeriesList } from '../labels/series-list.ts';
import type { Run } from '../running/run.ts';
import type { GrowthReduce, RangeBounds, RangeReduce } from '../step.ts';
import { ABSENT, type Vector } from '../vector.ts';
import { growthBetween } from './growth.ts';
import { boundsOf } from './moment.ts';
import type { Selection } from './selection.ts';

/** With fewer steps than this it does not pay. */
const LEAST_STEPS = 4;
/** Where steps are farther apart, most of what lies between them is in no window. */
const MOST_STEP_SHARE = 4;
/** More would hold the event loop while they are read, or weigh much: 16 MB. */
const MOST_SERIES = 4096;
const MOST_SAMPLES = 1_000_000;
const FIRST_ROOM = 4096;
/** Windows between two looks at the clock: some tens of microseconds. */
const SERIES_PER_CHECK = 256;

/** The samples of all series one after another, and the window of each at the step that was run last. */
export interface Tracks {
  readonly list: SeriesList;
  readonly timesMs: Float64Array;
  readonly values: Float64Array;
  /** Where each series ends. */
  readonly ends: Int32Array;
  readonly from: Int32Array;
  readonly to: Int32Array;
  /** The end of the window. */
  toMs: number;
}

type Kept = Tracks | { readonly list: SeriesList; readonly isTooMuch: true };

/** The selection's samples for all steps of the grid; undefined where they are better read at each step. */
export function tracksFor(
  node: Selector,
  { run, selection, source }: { readonly run: Run; readonly selection: Selection; readonly source: SampleSource },
): Tracks | undefined {
  const { grid, query } = run;
  const rangeMs = node.rangeMs ?? 0;
  if (grid.count < LEAST_STEPS || grid.stepMs > rangeMs * MOST_STEP_SHARE) return undefined;
  if (selection.list.size > MOST_SERIES || node.pinned !== undefined || run.only !== undefined) return undefined;
  const known = query.once.get(node) as Kept | undefined;
  const kept = known?.list === selection.list ? known : readTracks(node, { run, selection, source });
  query.once.set(node, kept);
  if ('isTooMuch' in kept) return undefined;
  const { toMs } = boundsOf(node, { timeMs: run.timeMs, span: query.span });
  if (toMs < kept.toMs) startAnew(kept);
  kept.toMs = toMs;
  return kept;
}

function readTracks(
  node: Selector,
  { run, selection, source }: { readonly run: Run; readonly selection: Selection; readonly source: SampleSource },
): Kept {
  const { rows, list } = selection;
  const { firstMs, stepMs, count } = run.grid;
  const { span } = run.query;
  const { fromMs } = boundsOf(node, { timeMs: firstMs, span });
  const { toMs } = boundsOf(node, { timeMs: firstMs + (count - 1) * stepMs, span });
  const { window } = run.scratch;
  const ends = new Int32Array(list.size);
  const into = { timesMs: new Float64Array(FIRST_ROOM), values: new Float64Array(FIRST_ROOM) };
  let samples = 0;
  const visit = (position: number): void => {
    const { timesMs, values, length } = window;
    const start = samples;
    samples += length;
    ends[position] = samples;
    if (samples > MOST_SAMPLES) return;
    if (samples > into.values.length) widen(into, samples * 2);
    for (let at = 0; at < length; at += 1) {
      into.timesMs[start + at] = floatAt(timesMs, at);
      into.values[start + at] = floatAt(values, at);
    }
  };
  source.readEach(rows, { fromMs, toMs }, { window, visit });
  if (samples > MOST_SAMPLES) return { list, isTooMuch: true };
  const tracks: Tracks = {
    list,
    timesMs: into.timesMs,
    values: into.values,
    ends,
    from: new Int32Array(list.size),
    to: new Int32Array(list.size),
    toMs: Number.NEGATIVE_INFINITY,
  };
  startAnew(tracks);
  return tracks;
}

function widen(columns: { timesMs: Float64Array; values: Float64Array }, room: number): void {
  for (const name of ['timesMs', 'values'] as const) {
    const wider = new Float64Array(room);
    wider.set(columns[name]);
    columns[name] = wider;
  }
}

function startAnew({ from, to, ends }: Tracks): void {
  for (let position = 0; position < ends.length; position += 1) {
    from[position] = position === 0 ? 0 : intAt(ends, position - 1);
    to[position] = intAt(from, position);
  }
}

/** Moves the windows of some series on. */
function moveTo(
  { timesMs, ends, from, to }: Tracks,
  part: { readonly first: number; readonly last: number; readonly bounds: RangeBounds },
): void {
  const { fromMs, toMs } = part.bounds;
  for (let position = part.first; position < part.last; position += 1) {
    const end = intAt(ends, position);
    let last = intAt(to, position);
    let first = intAt(from, position);
    while (last < end && floatAt(timesMs, last) <= toMs) last += 1;
    while (first < last && floatAt(timesMs, first) <= fromMs) first += 1;
    to[position] = last;
    from[position] = first;
  }
}

/** Of a vector: from a position on. */
export interface Part {
  readonly run: Run;
  readonly bounds: RangeBounds;
  readonly start: number;
  readonly reach: (position: number) => void;
  readonly into: Vector;
}

/** As RangeStep.reduce, from a position on. */
export function reduceTracks(tracks: Tracks, reduce: RangeReduce, { run, bounds, start, reach, into }: Part): void {
  const { window } = run.scratch;
  const { size } = tracks.list;
  moveTo(tracks, { first: start, last: size, bounds });
  for (let first = start; first < size; first += SERIES_PER_CHECK) {
    const last = Math.min(size, first + SERIES_PER_CHECK);
    let samples = 0;
    for (let position = first; position < last; position += 1) {
      const from = intAt(tracks.from, position);
      const to = intAt(tracks.to, position);
      samples += to - from;
      copyWindow(tracks, { from, to, window });
      const value = from === to ? undefined : reduce(window, bounds);
      if (value !== undefined) into.values[position] = value;
      into.newestMs[position] = value === undefined ? ABSENT : floatAt(tracks.timesMs, to - 1);
    }
    run.usage.countSamples(samples);
    reach(last);
  }
}

function copyWindow(
  { timesMs, values }: Tracks,
  { from, to, window }: { readonly from: number; readonly to: number; readonly window: SampleWindow },
): void {
  const length = to - from;
  if (window.values.length < length) window.values = new Float64Array(length * 2);
  if (window.timesMs.length < length) window.timesMs = new Float64Array(length * 2);
  window.length = length;
  const { timesMs: ownTimes, values: ownValues } = window;
  for (let at = 0; at < length; at += 1) {
    ownTimes[at] = floatAt(timesMs, from + at);
    ownValues[at] = floatAt(values, from + at);
  }
}

/** As RangeStep.grow, from a position on. */
export function growTracks(tracks: Tracks, finish: GrowthReduce, { run, bounds, start, reach, into }: Part): void {
  const { growth } = run.scratch;
  const room = growth.first.length;
  moveTo(tracks, { first: start, last: tracks.list.size, bounds });
  for (let from = start; from < tracks.list.size; from += room) {
    growth.length = Math.min(room, tracks.list.size - from);
    let samples = 0;
    for (let at = 0; at < growth.length; at += 1) {
      const first = intAt(tracks.from, from + at);
      const end = intAt(tracks.to, from + at);
      samples += end - first;
      growthBetween(tracks, { from: first, to: end, at, into: growth });
    }
    run.usage.countSamples(samples);
    finish(growth, { bounds, from, into });
    reach(from + growth.length);
  }
}
