// Answers to the pieces of one question become one answer; they may where each series is one pod's.
import { type Labels, labelsKey } from '../../model/labels.ts';
import { type InstantResult, QueryError, type RangeResult, type SeriesResult } from '../../model/query-engine.ts';

export interface PieceOf {
  readonly expr: string;
  /** Whether pods were asked about: then every series must name its own. */
  readonly isOfPods: boolean;
}

/** Throws a QueryError `unsupported` for a result that is not told apart by pod, though pods are asked about. */
export function joinInstants(results: readonly InstantResult[], piece: PieceOf): InstantResult {
  const [first, ...others] = results;
  if (first === undefined) throw new QueryError('execution', 'BUG: a question had no piece');
  if (piece.isOfPods) for (const result of results) requirePods(result.kind === 'vector' ? result.series : [{ labels: NO_LABELS }], piece);
  if (others.length === 0) return first;
  const series = results.flatMap((result) => (result.kind === 'vector' ? result.series : []));
  return { kind: 'vector', series, ...annotationsOf(results) };
}

/** Throws as `joinInstants`. */
export function joinRanges(results: readonly RangeResult[], piece: PieceOf): RangeResult {
  if (piece.isOfPods) for (const { series } of results) requirePods(series, piece);
  return { series: results.flatMap(({ series }) => series), ...annotationsOf(results) };
}

/** Each series once. */
export function joinSeries(results: readonly { readonly series: readonly Labels[]; readonly warnings: readonly string[] }[]): SeriesResult {
  const series = new Map(results.flatMap((result) => result.series).map((labels) => [labelsKey(labels), labels]));
  return { series: [...series.values()].map((labels) => ({ labels })), warnings: distinct(results.map(({ warnings }) => warnings)) };
}

/** Each value once, in order. */
export function joinValues(results: readonly { readonly values: readonly string[]; readonly warnings: readonly string[] }[]): {
  readonly values: readonly string[];
  readonly warnings: readonly string[];
} {
  return { values: distinct(results.map(({ values }) => values)).toSorted(), warnings: distinct(results.map(({ warnings }) => warnings)) };
}

const NO_LABELS: Labels = new Map();

function requirePods(series: readonly { readonly labels: Labels }[], { expr }: PieceOf): void {
  if (series.every(({ labels }) => labels.has('namespace') && labels.has('pod'))) return;
  const why = 'its result is not told apart by namespace and pod, so the pods asked about cannot be asked for in pieces, or with others';
  throw new QueryError(
    'unsupported',
    `cannot ask the remote engine for ${JSON.stringify(expr.slice(0, 200))}: ${why}; group by (namespace, pod)`,
  );
}

function annotationsOf(results: readonly { readonly warnings: readonly string[]; readonly infos?: readonly string[] }[]) {
  return { warnings: distinct(results.map(({ warnings }) => warnings)), infos: distinct(results.map(({ infos = [] }) => infos)) };
}

function distinct(lists: readonly (readonly string[])[]): readonly string[] {
  return [...new Set(lists.flat())];
}
