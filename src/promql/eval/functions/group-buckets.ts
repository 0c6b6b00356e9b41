// Which series are buckets of which classic histogram.
import { intAt } from '../../../lib/columns.ts';
import { METRIC_NAME } from '../../../model/labels.ts';
import { numberSeries } from '../labels/numbering.ts';
import { listAt, listWithout, type SeriesList } from '../labels/series-list.ts';
import { parseGoNumber } from './parse-number.ts';

/** The label that says a bucket's upper bound. */
const BUCKET_BOUND = 'le';

export interface Histogram {
  /** Of its buckets in the list, lowest bound first. */
  readonly positions: Int32Array;
  readonly bounds: Float64Array;
}

export interface Malformed {
  readonly text: string;
  /** Of series with one name. */
  readonly positions: readonly number[];
}

export interface Grouped {
  /** Labels of each histogram: those of its buckets without the bound. */
  readonly list: SeriesList;
  readonly histograms: readonly Histogram[];
  /** Bounds that are no numbers, and where. */
  readonly malformed: readonly Malformed[];
  readonly mostBuckets: number;
}

export function histogramsIn(list: SeriesList): Grouped {
  const { bounds, malformed } = boundsIn(list);
  const names = [...list.labelNames()].filter((name) => name !== BUCKET_BOUND);
  const { numbers, size } = numberSeries([list], { only: names });
  const [groupOf = new Int32Array()] = numbers;
  const groups = Array.from({ length: size }, (): number[] => []);
  for (const [position, bound] of bounds.entries()) if (bound !== undefined) groups[intAt(groupOf, position)]?.push(position);
  const filled = groups.filter((positions) => positions.length > 0);
  const firsts = Int32Array.from(filled, ([first = -1]) => first);
  const boundAt = (position: number): number => bounds[position] ?? Number.NaN;
  return {
    list: listAt(listWithout(list, [BUCKET_BOUND], { namesDiffer: list.namesDiffer }), firsts),
    histograms: filled.map((positions) => {
      const ordered = positions.toSorted((one, other) => compare(boundAt(one), boundAt(other)));
      return { positions: Int32Array.from(ordered), bounds: Float64Array.from(ordered, boundAt) };
    }),
    malformed,
    mostBuckets: Math.max(0, ...filled.map((positions) => positions.length)),
  };
}

function compare(one: number, other: number): number {
  if (one < other) return -1;
  return one > other ? 1 : 0;
}

function boundsIn(list: SeriesList): { readonly bounds: readonly (number | undefined)[]; readonly malformed: readonly Malformed[] } {
  const ids = list.labelIds(BUCKET_BOUND);
  const texts = new Map<number, string>();
  const names = list.labelIds(METRIC_NAME);
  const malformed = new Map<string, { readonly text: string; readonly positions: number[] }>();
  const bounds = Array.from(ids, (id, position) => {
    const text = texts.get(id) ?? list.labels(position).get(BUCKET_BOUND) ?? '';
    texts.set(id, text);
    const bound = parseGoNumber(text);
    if (bound !== undefined) return bound;
    const key = `${names[position]} ${text}`;
    const known = malformed.get(key) ?? { text, positions: [] };
    known.positions.push(position);
    malformed.set(key, known);
    return undefined;
  });
  return { bounds, malformed: [...malformed.values()] };
}
