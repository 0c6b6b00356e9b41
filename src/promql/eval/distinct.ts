// Series that lost what told them apart.
import { intAt } from '../../lib/columns.ts';
import type { Labels } from '../../model/labels.ts';
import { QueryError } from '../../model/query-engine.ts';
import { printLabels } from './go-text.ts';
import { numberSeries } from './numbering.ts';
import { remember } from './remember.ts';
import { listWithout, METADATA_LABELS, type SeriesList } from './series-list.ts';
import { isPresent, type Vector } from './vector.ts';

/** Checks that no two present series have equal labels; throws a QueryError naming them. */
export function distinctness(): (vector: Vector) => void {
  const identify = remember(identitiesOf);
  return (vector) => {
    const { identities, size } = identify(vector.list);
    if (size === vector.list.size) return;
    const seen = new Uint8Array(size);
    for (let position = 0; position < vector.list.size; position += 1) {
      if (!isPresent(vector, position)) continue;
      const identity = intAt(identities, position);
      if (seen[identity] === 1) throw sameLabels(vector.list.labels(position));
      seen[identity] = 1;
    }
  };
}

/** The vector without metric names, as functions and arithmetic leave it. */
export function nameDropper(): (vector: Vector) => Vector {
  const nameless = remember((list: SeriesList) => listWithout(list, METADATA_LABELS, { namesDiffer: false }));
  const requireDistinct = distinctness();
  return (vector) => {
    const result = { list: nameless(vector.list), values: vector.values, newestMs: vector.newestMs };
    if (vector.list.namesDiffer) requireDistinct(result);
    return result;
  };
}

/** Equal label sets have equal numbers. */
export function identitiesOf(list: SeriesList): { readonly identities: Int32Array; readonly size: number } {
  const { numbers, size } = numberSeries([list], { only: [...list.labelNames()] });
  return { identities: numbers[0] ?? new Int32Array(), size };
}

export function sameLabels(labels: Labels): QueryError {
  return new QueryError(
    'execution',
    `vector cannot contain metrics with the same labelset; ${printLabels(labels)} is there twice: select one metric name or aggregate first`,
  );
}
