// An answer held against what a file expects: the first difference in words, or nothing.
import { type Labels, labelsKey } from '../../src/model/labels.ts';
import type { InstantSeries, InstantValue, RangeSeries } from '../../src/model/query-engine.ts';
import { printLabelSet } from '../promql/support/print-labels.ts';
import { isClose, printValue } from './close.ts';
import type { EvalCommand, ExpectedValue, Point, SeriesLine, Steps } from './format/commands.ts';

/** What differs. */
export interface Difference {
  readonly expected: string;
  readonly got: string;
}

/** `steps` are where the samples of a range vector should stand. */
export function compareValue(
  value: InstantValue,
  { command, steps }: { readonly command: EvalCommand; readonly steps: Steps },
): Difference | undefined {
  const { value: expected } = command;
  const isSeries = value.kind === 'vector' || value.kind === 'matrix';
  if (expected.kind !== (isSeries ? 'series' : value.kind)) return { expected: nameOf(expected), got: printAnswer(value) };
  if (value.kind === 'scalar') return compareScalar(value.value, expected);
  if (value.kind === 'string') return compareString(value.value, expected);
  if (value.kind === 'matrix')
    return compareMatrix(value.series, { expected: linesOf(expected), steps, ordered: command.expected.ordered });
  return compareVector(value.series, { expected: linesOf(expected), ordered: command.expected.ordered });
}

function compareScalar(got: number, expected: ExpectedValue): Difference | undefined {
  if (expected.kind === 'scalar' && isClose(expected.value, got)) return undefined;
  return { expected: nameOf(expected), got: `scalar ${printValue(got)}` };
}

function compareString(got: string, expected: ExpectedValue): Difference | undefined {
  if (expected.kind === 'string' && expected.value === got) return undefined;
  return { expected: nameOf(expected), got: `string ${JSON.stringify(got)}` };
}

function compareVector(
  got: readonly InstantSeries[],
  { expected, ordered }: { readonly expected: readonly SeriesLine[]; readonly ordered: boolean },
): Difference | undefined {
  const unexpected = seriesDifference(got, expected, ({ value }) => printValue(value));
  if (unexpected !== undefined) return unexpected;
  const byKey = new Map(expected.map((line, position) => [labelsKey(line.labels), { line, position }]));
  for (const [position, { labels, value }] of got.entries()) {
    const wanted = byKey.get(labelsKey(labels));
    const point = wanted?.line.points[0] ?? 'none';
    const name = printLabelSet(labels);
    if (!isPoint(point, value)) return { expected: `${name} ${printPoint(point)}`, got: `${name} ${printValue(value)}` };
    if (ordered && wanted?.position !== position) {
      return { expected: `${name} at position ${(wanted?.position ?? 0) + 1}`, got: `it at position ${position + 1}` };
    }
  }
  return undefined;
}

function compareMatrix(
  got: readonly RangeSeries[],
  { expected, steps, ordered }: { readonly expected: readonly SeriesLine[]; readonly steps: Steps; readonly ordered: boolean },
): Difference | undefined {
  if (ordered) return { expected: 'an instant vector in order', got: 'a range vector, which has none of its own' };
  const unexpected = seriesDifference(got, expected, printSamples);
  if (unexpected !== undefined) return unexpected;
  const byKey = new Map(expected.map((line) => [labelsKey(line.labels), line]));
  for (const series of got) {
    const difference = compareSamples(series, { points: byKey.get(labelsKey(series.labels))?.points ?? [], steps });
    if (difference !== undefined) return difference;
  }
  return orderDifference(got);
}

function compareSamples(
  series: RangeSeries,
  { points, steps }: { readonly points: readonly Point[]; readonly steps: Steps },
): Difference | undefined {
  const name = printLabelSet(series.labels);
  const wanted = points
    .map((point, index) => ({ point, timeMs: steps.startMs + index * steps.stepMs }))
    .filter(({ point }) => point !== 'none');
  const late = wanted.find(({ timeMs }) => timeMs > steps.endMs);
  if (late !== undefined)
    return { expected: `${name} with ${points.length} samples`, got: 'a question whose time holds fewer; shorten the line' };
  const isSame =
    wanted.length === series.values.length &&
    wanted.every(({ point, timeMs }, index) => series.timesMs[index] === timeMs && isPoint(point, series.values[index] ?? Number.NaN));
  if (isSame) return undefined;
  const samples = wanted.map(({ point, timeMs }) => `${printPoint(point)} @${timeMs / 1000}`).join(' ');
  return { expected: `${name} ${samples === '' ? 'without samples' : samples}`, got: `${name} ${printSamples(series)}` };
}

/** Series that are too many, or missing. */
function seriesDifference<S extends { readonly labels: Labels }>(
  got: readonly S[],
  expected: readonly SeriesLine[],
  print: (series: S) => string,
): Difference | undefined {
  const wanted = new Set(expected.map(({ labels }) => labelsKey(labels)));
  const there = new Set<string>();
  for (const series of got) {
    const key = labelsKey(series.labels);
    const name = printLabelSet(series.labels);
    if (!wanted.has(key)) return { expected: `no series ${name}`, got: `${name} ${print(series)}` };
    if (there.has(key)) return { expected: `${name} once`, got: 'it twice' };
    there.add(key);
  }
  const missing = expected.find(({ labels }) => !there.has(labelsKey(labels)));
  if (missing === undefined) return undefined;
  const others = got.length === 0 ? 'nothing' : `${got.map(({ labels }) => printLabelSet(labels)).join(', ')} without it`;
  return { expected: `${printLabelSet(missing.labels)} ${missing.points.map(printPoint).join(' ')}`, got: others };
}

/** Range vectors come sorted by their labels: names and values in turn. */
export function orderDifference(got: readonly RangeSeries[]): Difference | undefined {
  for (let index = 1; index < got.length; index += 1) {
    const [before, after] = [got[index - 1]?.labels, got[index]?.labels];
    if (before === undefined || after === undefined || compareLabels(before, after) <= 0) continue;
    return { expected: `series sorted by their labels, ${printLabelSet(after)} before ${printLabelSet(before)}`, got: 'it after that' };
  }
  return undefined;
}

function compareLabels(one: Labels, other: Labels): number {
  const [ones, others] = [one, other].map((labels) => [...labels].sort(([a], [b]) => (a < b ? -1 : 1)).flat());
  for (const [index, text] of (ones ?? []).entries()) {
    const against = others?.[index];
    if (against === undefined) return 1;
    if (text !== against) return text < against ? -1 : 1;
  }
  return (ones?.length ?? 0) - (others?.length ?? 0);
}

function isPoint(point: Point, value: number): boolean {
  return typeof point === 'number' && isClose(point, value);
}

function linesOf(expected: ExpectedValue): readonly SeriesLine[] {
  if (expected.kind !== 'series') return [];
  // Said twice, the last line counts.
  return [...new Map(expected.series.map((line) => [labelsKey(line.labels), line])).values()];
}

function printPoint(point: Point): string {
  return typeof point === 'number' ? printValue(point) : point === 'none' ? '_' : point;
}

function printSamples({ timesMs, values }: RangeSeries): string {
  return values.map((value, index) => `${printValue(value)} @${(timesMs[index] ?? Number.NaN) / 1000}`).join(' ');
}

function nameOf(expected: ExpectedValue): string {
  if (expected.kind === 'scalar') return `scalar ${printValue(expected.value)}`;
  if (expected.kind === 'string') return `string ${JSON.stringify(expected.value)}`;
  return expected.series.length === 0 ? 'no series' : `series ${expected.series.map(({ labels }) => printLabelSet(labels)).join(', ')}`;
}

function printAnswer(value: InstantValue): string {
  if (value.kind === 'scalar') return `scalar ${printValue(value.value)}`;
  if (value.kind === 'string') return `string ${JSON.stringify(value.value)}`;
  const series = value.series.map(
    (each) => `${printLabelSet(each.labels)} ${'value' in each ? printValue(each.value) : printSamples(each)}`,
  );
  return `${value.kind === 'vector' ? 'vector' : 'range vector'} ${series.length === 0 ? 'without series' : series.join(', ')}`;
}
