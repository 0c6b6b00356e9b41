// Which series of two vectors belong together.
import { intAt } from '../../../lib/columns.ts';
import type { Labels } from '../../../model/labels.ts';
import { QueryError } from '../../../model/query-engine.ts';
import type { Binary, Matching } from '../../syntax/ast.ts';
import { printLabels } from '../labels/go-text.ts';
import { numberSeries } from '../labels/numbering.ts';
import { dropLabels, keepLabels, type SeriesList, withoutName } from '../labels/series-list.ts';
import { remember } from '../remember.ts';
import { isPresent, type Vector } from '../vector.ts';

/** Series with equal numbers match. */
export interface MatchNumbers {
  readonly left: Int32Array;
  readonly right: Int32Array;
  readonly size: number;
  /** Per series of one side the position of the only one that it can match on the other, -1 for none; undefined where the other side has several for one. */
  readonly rightOf: Int32Array | undefined;
  readonly leftOf: Int32Array | undefined;
}

const ALL_LABELS: Matching = { on: false, labels: [], group: undefined };

/** What the operator says about matching, or that all labels but the name must agree. */
export function matchingOf({ matching = ALL_LABELS }: Binary): Matching {
  return matching;
}

export function matchNumbers({ on, labels }: Matching): (left: SeriesList, right: SeriesList) => MatchNumbers {
  return remember((left: SeriesList, right: SeriesList) => {
    const { numbers, size } = numberSeries([left, right], on ? { only: labels } : { allBut: labels });
    const [ofLeft = new Int32Array(), ofRight = new Int32Array()] = numbers;
    return {
      left: ofLeft,
      right: ofRight,
      size,
      rightOf: partners(ofLeft, { of: ofRight, size }),
      leftOf: partners(ofRight, { of: ofLeft, size }),
    };
  });
}

function partners(numbers: Int32Array, { of, size }: { readonly of: Int32Array; readonly size: number }): Int32Array | undefined {
  const positions = new Int32Array(size).fill(-1);
  for (let position = 0; position < of.length; position += 1) {
    const number = intAt(of, position);
    if (positions[number] !== -1) return undefined;
    positions[number] = position;
  }
  return numbers.map((number) => intAt(positions, number));
}

/** The labels by which a series is matched. */
function matchLabels(labels: Labels, matching: Matching): Labels {
  return matching.on ? keepLabels(labels, matching.labels) : withoutName(dropLabels(labels, matching.labels));
}

export interface Side {
  readonly vector: Vector;
  readonly numbers: Int32Array;
  readonly size: number;
}

/** Present positions by match number, -1 where there is none; throws a QueryError when a number has several. */
export function uniquePositions({ vector, numbers, size }: Side, failure: (first: number, second: number) => QueryError): Int32Array {
  const positions = new Int32Array(size).fill(-1);
  for (let position = 0; position < vector.list.size; position += 1) {
    if (!isPresent(vector, position)) continue;
    const number = intAt(numbers, position);
    const known = intAt(positions, number);
    if (known >= 0) throw failure(known, position);
    positions[number] = position;
  }
  return positions;
}

interface Repeated {
  readonly side: 'left' | 'right';
  readonly first: Labels;
  readonly second: Labels;
}

/** What is said when the side that must be unique is not: in Prometheus's words, the later series first. */
export function manyToMany(node: Binary, { side, first, second }: Repeated): QueryError {
  const group = printLabels(matchLabels(second, matchingOf(node)));
  return new QueryError(
    'execution',
    `found duplicate series for the match group ${group} on the ${side} hand-side of the operation: [${printLabels(second)}, ${printLabels(first)}];many-to-many matching not allowed: matching labels must be unique on one side`,
  );
}

/** What is said when several series on the left match one on the right and no group_left allows it. */
export function severalUngrouped(node: Binary, second: Labels): QueryError {
  const group = printLabels(matchLabels(second, matchingOf(node)));
  return new QueryError(
    'execution',
    `multiple matches for labels: many-to-one matching must be explicit (group_left/group_right); the left side of "${node.operator}" has several series for ${group}`,
  );
}

/** What is said when two matches of one series come out with the same labels. */
export function sameMatches(labels: Labels): QueryError {
  return new QueryError(
    'execution',
    `multiple matches for labels: grouping labels must ensure unique matches; ${printLabels(labels)} comes out twice`,
  );
}
