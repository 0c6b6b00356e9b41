// Delayed removal of names: what functions and operators take away is only marked on the list, and is there for the steps around them
// (to group, to match, to relabel by) until the last step removes it.
import { intAt } from '../../lib/columns.ts';
import { METRIC_NAME } from '../../model/labels.ts';
import { NO_TEXT } from '../../model/sample-source.ts';
import { distinctness } from './distinct.ts';
import { quoted } from './go-text.ts';
import { remember } from './remember.ts';
import { dropLabels, listLosing, losesNone, METADATA_LABELS, type SeriesList } from './series-list.ts';
import type { EvalSettings } from './settings.ts';
import type { VectorStep } from './step.ts';
import { isPresent, type Vector } from './vector.ts';

type Removal = Pick<EvalSettings, 'delayedNameRemoval'>;

/** The last step of an expression: the marked names go. Throws a QueryError when two series come out with the same labels. */
export function withoutLostNames(step: VectorStep): VectorStep {
  const listOf = remember(listOfKeptNames);
  const requireDistinct = distinctness();
  return (run) => {
    const { list, values, newestMs } = step(run);
    const named = { list: listOf(list), values, newestMs };
    requireDistinct(named);
    return named;
  };
}

function listOfKeptNames(list: SeriesList): SeriesList {
  const isLost = Uint8Array.from({ length: list.size }, (_, position) => Number(list.losesName(position)));
  if (!isLost.includes(1)) return list;
  return {
    ...listLosing(list, losesNone),
    labels: (position) => (isLost[position] === 1 ? dropLabels(list.labels(position), METADATA_LABELS) : list.labels(position)),
    labelIds: (name) => {
      const ids = list.labelIds(name);
      if (!METADATA_LABELS.includes(name)) return ids;
      return ids.map((id, position) => (isLost[position] === 1 ? NO_TEXT : id));
    },
  };
}

interface Members {
  /** Per series the number of its group. */
  readonly groupOf: Int32Array;
  readonly groups: SeriesList;
}

/** Says of groups which names are lost: those of which a member that is present loses its own. The same list while it is the same groups. */
export function groupMarker({ delayedNameRemoval }: Removal): (input: Vector, members: Members) => SeriesList {
  if (!delayedNameRemoval) return (_input, { groups }) => groups;
  const lastOf = remember((_groups: SeriesList): { isLost: Uint8Array; list: SeriesList | undefined } => ({
    isLost: new Uint8Array(),
    list: undefined,
  }));
  return (input, { groupOf, groups }) => {
    const isLost = new Uint8Array(groups.size);
    for (let position = 0; position < input.list.size; position += 1) {
      if (isPresent(input, position) && input.list.losesName(position)) isLost[intAt(groupOf, position)] = 1;
    }
    const last = lastOf(groups);
    if (last.list === undefined || !isLost.every((mark, group) => mark === last.isLost[group])) {
      last.isLost = isLost;
      last.list = listLosing(groups, (group) => isLost[group] === 1);
    }
    return last.list;
  };
}

/** What annotations add about a series: the metric, where its name is still there. */
export function metricTeller({ delayedNameRemoval }: Removal): (list: SeriesList, position: number) => string {
  if (!delayedNameRemoval) return () => '';
  return (list, position) => {
    const name = list.labels(position).get(METRIC_NAME);
    return name === undefined ? '' : ` for metric name ${quoted(name)}`;
  };
}
