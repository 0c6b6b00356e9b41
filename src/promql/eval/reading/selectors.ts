// Selectors: from rows of the source to columns.
import { floatAt, intAt } from '../../../lib/columns.ts';
import type { GrowthColumns, RowList, SampleSource } from '../../../model/sample-source.ts';
import type { Selector as SelectorNode } from '../../syntax/ast.ts';
import { printSelector } from '../../syntax/print.ts';
import { remember } from '../remember.ts';
import type { Run } from '../running/run.ts';
import type { EvalSettings } from '../settings.ts';
import type { GrowthReduce, RangeReduce, RangeStep, VectorStep } from '../step.ts';
import { ABSENT, type Vector } from '../vector.ts';
import { boundsOf, momentOf } from './moment.ts';
import { narrower } from './narrow.ts';
import { fillFromBlock } from './newest-blocks.ts';
import { type Selection, selectionOf, selectorOf } from './selection.ts';
import { growTracks, type Part, reduceTracks, type Tracks, tracksFor } from './tracks.ts';

/** Rows that are read together at most, without a look at the clock: a few milliseconds. */
const PIECE_ROWS = 16_384;

export function instantSelector(node: SelectorNode, { source, lookbackMs }: EvalSettings): VectorStep {
  const select = tracedSelector(node, source);
  const piecesOf = remember(inPieces);
  return (run) => {
    const selection = select(run);
    const { rows, list } = selection;
    const toMs = momentOf(node, { timeMs: run.timeMs, span: run.query.span });
    const range = { fromMs: toMs - lookbackMs, toMs };
    return run.leaves.fill(node, {
      run,
      list,
      read: (vector, { from, reach }) => {
        const found = fillFromBlock(node, { run, selection, source, lookbackMs }, vector);
        if (found !== undefined) return run.usage.countSamples(found);
        for (let at = from; at < list.size; at += PIECE_ROWS) {
          const piece = piecesOf(rows)[at / PIECE_ROWS] ?? rows;
          const into = piece === rows ? vector : partOf(vector, { from: at, size: piece.length });
          run.usage.countSamples(source.readNewest(piece, range, into));
          reach(Math.min(at + PIECE_ROWS, list.size));
        }
      },
    });
  };
}

export function rangeSelector(node: SelectorNode, { source }: EvalSettings): RangeStep {
  const select = tracedSelector(node, source);
  const read = rangeReader(source);
  /** Fills a vector by either way to the samples. */
  const fill = (run: Run, ways: Ways): Vector => {
    const selection = select(run);
    const bounds = boundsOf(node, { timeMs: run.timeMs, span: run.query.span });
    const tracks = tracksFor(node, { run, selection, source });
    const vector = run.leaves.fill(node, {
      run,
      list: selection.list,
      read: (into, { from, reach }) => {
        const part = { run, bounds, start: from, reach, into };
        if (tracks === undefined) ways.direct({ ...part, rows: selection.rows });
        else ways.along(tracks, part);
      },
    });
    return { ...vector, overSteps: run.query.once };
  };
  return {
    reduce: (run, reduce) =>
      fill(run, { direct: (part) => read.reduce(reduce, part), along: (tracks, part) => reduceTracks(tracks, reduce, part) }),
    grow: (run, finish) =>
      fill(run, { direct: (part) => read.grow(finish, part), along: (tracks, part) => growTracks(tracks, finish, part) }),
  };
}

interface Ways {
  readonly direct: (part: Part & { readonly rows: RowList }) => void;
  readonly along: (tracks: Tracks, part: Part) => void;
}

interface RangeReader {
  reduce(reduce: RangeReduce, part: Part & { readonly rows: RowList }): void;
  grow(finish: GrowthReduce, part: Part & { readonly rows: RowList }): void;
}

/** Reads from the source at each step, some rows at a time. */
function rangeReader(source: SampleSource): RangeReader {
  const piecesOf = remember(inPieces);
  return {
    reduce: (reduce, { run, bounds, start: from, reach, into, rows }) => {
      const { window } = run.scratch;
      const { values, newestMs } = into;
      for (let start = from; start < rows.length; start = nextPiece(start)) {
        const piece = pieceFrom(rows, { start, pieces: piecesOf(rows) });
        const visit = (position: number): void => {
          const at = start + position;
          const { length } = window;
          run.usage.countRead(length);
          const value = length === 0 ? undefined : reduce(window, bounds);
          if (value !== undefined) values[at] = value;
          newestMs[at] = value === undefined ? ABSENT : floatAt(window.timesMs, length - 1);
          if (run.usage.isCheckDue()) reach(at + 1);
        };
        source.readEach(piece, bounds, { window, visit });
      }
    },
    grow: (finish, { run, bounds, start: from, reach, into, rows }) => {
      const { growth } = run.scratch;
      for (let start = from; start < rows.length; start = nextPiece(start)) {
        const piece = pieceFrom(rows, { start, pieces: piecesOf(rows) });
        for (let at = 0; at < piece.length; at += growth.length) {
          source.readGrowth(piece, bounds, { from: at, into: growth });
          run.usage.countSamples(samplesOf(growth));
          finish(growth, { bounds, from: start + at, into });
          reach(start + at + growth.length);
        }
      }
    },
  };
}

function samplesOf({ samples, length }: GrowthColumns): number {
  let sum = 0;
  for (let at = 0; at < length; at += 1) sum += floatAt(samples, at);
  return sum;
}

/** A list of ordinary length is its only piece. */
function inPieces(rows: RowList): readonly RowList[] {
  if (rows.length <= PIECE_ROWS) return [rows];
  const pieces: RowList[] = [];
  for (let at = 0; at < rows.length; at += PIECE_ROWS) pieces.push(rows.subarray(at, at + PIECE_ROWS));
  return pieces;
}

function nextPiece(position: number): number {
  return (Math.floor(position / PIECE_ROWS) + 1) * PIECE_ROWS;
}

/** The rest of a piece where a pause came within it. */
function pieceFrom(rows: RowList, { start, pieces }: { readonly start: number; readonly pieces: readonly RowList[] }): RowList {
  const piece = pieces[Math.floor(start / PIECE_ROWS)] ?? rows;
  const skipped = start % PIECE_ROWS;
  return skipped === 0 ? piece : piece.subarray(skipped);
}

function partOf(
  { values, newestMs }: { readonly values: Float64Array; readonly newestMs: Float64Array },
  { from, size }: { readonly from: number; readonly size: number },
): { readonly values: Float64Array; readonly newestMs: Float64Array } {
  return { values: values.subarray(from, from + size), newestMs: newestMs.subarray(from, from + size) };
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
