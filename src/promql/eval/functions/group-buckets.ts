// Which series are buckets of which classic histogram.
import { intAt } from '../../../lib/columns.ts';
import { numberSeries } from '../numbering.ts';
import { listAt, listWithout, type SeriesList } from '../series-list.ts';
import { parseGoNumber } from './parse-number.ts';

/** The label that says a bucket's upper bound. */
const BUCKET_BOUND = 'le';

export interface Histogram {
  /** Of its buckets in the list, lowest bound first. */
  readonly positions: Int32Array;
  readonly bounds: Float64Array;
}

export interface Grouped {
  /** Labels of each histogram: those of its buckets without the bound. */
  readonly list: SeriesList;
  readonly histograms: readonly Histogram[];
  /** Bounds that are no numbers, and where. */
  readonly malformed: ReadonlyMap<string, readonly number[]>;
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

function boundsIn(list: SeriesList): { readonly bounds: readonly (number | undefined)[]; readonly malformed: Map<string, number[]> } {
  const ids = list.labelIds(BUCKET_BOUND);
  const texts = new Map<number, string>();
  const malformed = new Map<string, number[]>();
  const bounds = Array.from(ids, (id, position) => {
    const text = texts.get(id) ?? list.labels(position).get(BUCKET_BOUND) ?? '';
    texts.set(id, text);
    const bound = parseGoNumber(text);
    if (bound === undefined) malformed.set(text, [...(malformed.get(text) ?? []), position]);
    return bound;
  });
  return { bounds, malformed };
}
