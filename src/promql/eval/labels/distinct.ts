// Series that lost what told them apart.
import { intAt } from '../../../lib/columns.ts';
import type { Labels } from '../../../model/labels.ts';
import { QueryError } from '../../../model/query-engine.ts';
import { remember } from '../remember.ts';
import type { Run } from '../running/run.ts';
import type { EvalSettings } from '../settings.ts';
import { isPresent, type Vector } from '../vector.ts';
import { printLabels } from './go-text.ts';
import { numberSeries } from './numbering.ts';
import { listLosing, listWithout, METADATA_LABELS, type SeriesList } from './series-list.ts';

/** Checks that no two present series have equal labels; throws a QueryError naming them. */
export function distinctness(): (vector: Vector) => void {
  const identify = remember(identitiesOf);
  const key = {};
  return (vector) => {
    const { list, overSteps } = vector;
    const { identities, size } = identify(list);
    if (size === list.size) return;
    const known = overSteps?.get(key) as SeenPositions | undefined;
    const seen = known?.list === list ? known.positions : new Int32Array(size).fill(-1);
    overSteps?.set(key, { list, positions: seen } satisfies SeenPositions);
    for (let position = 0; position < list.size; position += 1) {
      if (!isPresent(vector, position)) continue;
      const identity = intAt(identities, position);
      if (intAt(seen, identity) !== -1 && seen[identity] !== position) throw sameLabels(list.labels(position));
      seen[identity] = position;
    }
  };
}

/** The same, but where names are removed late an instant alone is looked at by the last step only: duplicates may be gone by then. */
export function distinctnessWithin({ delayedNameRemoval }: Pick<EvalSettings, 'delayedNameRemoval'>): (vector: Vector, run: Run) => void {
  const requireDistinct = distinctness();
  return (vector, { grid }) => {
    if (!delayedNameRemoval || grid.count > 1) requireDistinct(vector);
  };
}

/** By identity the position that has had a value. */
interface SeenPositions {
  readonly list: SeriesList;
  readonly positions: Int32Array;
}

/** The vector without metric names, as functions and arithmetic leave it; where names are removed late, marked as losing them. */
export function nameDropper({ delayedNameRemoval }: Pick<EvalSettings, 'delayedNameRemoval'>): (vector: Vector) => Vector {
  return delayedNameRemoval ? nameMarker() : nameRemover();
}

function nameMarker(): (vector: Vector) => Vector {
  const marked = remember((list: SeriesList) => listLosing(list, () => true));
  return ({ list, values, newestMs }) => ({ list: marked(list), values, newestMs });
}

function nameRemover(): (vector: Vector) => Vector {
  const nameless = remember((list: SeriesList) => listWithout(list, METADATA_LABELS, { namesDiffer: false }));
  const requireDistinct = distinctness();
  return (vector) => {
    const { values, newestMs, overSteps } = vector;
    const list = nameless(vector.list);
    if (vector.list.namesDiffer)
      requireDistinct(overSteps === undefined ? { list, values, newestMs } : { list, values, newestMs, overSteps });
    return { list, values, newestMs };
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
