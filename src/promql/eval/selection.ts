// Which rows a question asks: those that match, at live targets, of the pods asked about.
import { METRIC_NAME } from '../../model/labels.ts';
import type { Matcher } from '../../model/matcher.ts';
import { podKey } from '../../model/pod.ts';
import { POD_SET_LABEL, QueryError, type QueryScope } from '../../model/query-engine.ts';
import type { RowId, SampleSource } from '../../model/sample-source.ts';
import { itemAt } from './columns.ts';
import { remember } from './remember.ts';
import type { SeriesList } from './series-list.ts';

interface Selection {
  readonly rows: readonly RowId[];
  readonly list: SeriesList;
}

export interface Selector {
  /** All rows that match, live or not. The same object for as long as the source's set of rows stands still. */
  select(): Selection;
  /** Positions in the selection that the scope leaves. */
  positions(scope: QueryScope): readonly number[];
}

/** A matcher on POD_SET_LABEL is taken for the scope's pod set. */
export function selectorOf(conditions: readonly Matcher[], source: SampleSource): Selector {
  const matchers = conditions.filter(({ name }) => name !== POD_SET_LABEL);
  const asksPodSet = matchers.length < conditions.length;
  const namesDiffer = !matchers.some(({ name, operator }) => name === METRIC_NAME && operator === '=');
  const selected = remember((_rowsVersion: number): Selection => {
    const rows = source.select(matchers);
    return { rows, list: { size: rows.length, namesDiffer, labels: (position) => source.labels(itemAt(rows, position)) } };
  });
  const everywhere = remember(({ rows }: Selection): readonly number[] => [...rows.keys()]);
  const byPod = remember(positionsByPod);
  return {
    select: () => selected(source.rowsVersion),
    positions: (scope) => {
      const selection = selected(source.rowsVersion);
      const inPods = asksPodSet ? positionsInPods(byPod(selection), scope) : everywhere(selection);
      const { liveTargets } = scope;
      if (liveTargets === undefined) return inPods;
      return inPods.filter((position) => liveTargets.has(source.targetId(itemAt(selection.rows, position))));
    },
  };
}

function positionsByPod({ list }: Selection): ReadonlyMap<string, readonly number[]> {
  const positions = new Map<string, number[]>();
  for (let position = 0; position < list.size; position += 1) {
    const labels = list.labels(position);
    const key = podKey({ namespace: labels.get('namespace') ?? '', name: labels.get('pod') ?? '' });
    const known = positions.get(key);
    if (known === undefined) positions.set(key, [position]);
    else known.push(position);
  }
  return positions;
}

// From the pods asked about to their rows: a question about one pod of thousands costs one look-up.
function positionsInPods(byPod: ReadonlyMap<string, readonly number[]>, { podSet }: QueryScope): readonly number[] {
  if (podSet === undefined) {
    throw new QueryError(
      'bad-expression',
      `cannot evaluate the matcher "${POD_SET_LABEL}": the question names no pods; ask through a signal or leave the matcher out`,
    );
  }
  return podSet.pods.flatMap((pod) => byPod.get(podKey(pod)) ?? []);
}
