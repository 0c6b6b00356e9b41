// Delayed removal of names: what functions and operators take away is only marked on the list, and is there for the steps around them
// (to group, to match, to relabel by) until the last step removes it.
import { intAt } from '../../../lib/columns.ts';
import { METRIC_NAME } from '../../../model/labels.ts';
import { NO_TEXT } from '../../../model/sample-source.ts';
import { quoteAsGo } from '../../syntax/go-quote.ts';
import { remember } from '../remember.ts';
import type { Run } from '../running/run.ts';
import type { EvalSettings } from '../settings.ts';
import type { VectorStep } from '../step.ts';
import { isPresent, type Vector } from '../vector.ts';
import { distinctness, identitiesOf } from './distinct.ts';
import { dropLabels, listLosing, losesNone, METADATA_LABELS, type SeriesList } from './series-list.ts';

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

/** Says of groups which names are lost: those of which a member that is present loses its own. */
export function groupMarker({ delayedNameRemoval }: Removal): (input: Vector, members: Members) => SeriesList {
  if (!delayedNameRemoval) return (_input, { groups }) => groups;
  const marked = steadyMarks();
  return (input, { groupOf, groups }) => {
    const isLost = new Uint8Array(groups.size);
    for (let position = 0; position < input.list.size; position += 1) {
      if (isPresent(input, position) && input.list.losesName(position)) isLost[intAt(groupOf, position)] = 1;
    }
    return marked(groups, isLost);
  };
}

/**
 * Says of united series which names are lost. The same labels may come from both sides, with a name that is lost from one alone:
 * over a range that is one series, and what it was first it is at all steps.
 */
export function unionMarker({ delayedNameRemoval }: Removal): (united: Vector, run: Run) => Vector {
  if (!delayedNameRemoval) return (united) => united;
  const identify = remember(identitiesOf);
  const marked = steadyMarks();
  const key = {};
  return (united, { query }) => {
    const { list, values, newestMs } = united;
    const { identities, size } = identify(list);
    if (size === list.size) return united;
    const known = query.once.get(key) as FirstSeen | undefined;
    const losesFirst = known?.list === list ? known.losesFirst : new Int8Array(size).fill(-1);
    query.once.set(key, { list, losesFirst } satisfies FirstSeen);
    const isLost = new Uint8Array(list.size);
    for (let position = 0; position < list.size; position += 1) {
      if (!isPresent(united, position)) continue;
      const identity = intAt(identities, position);
      if (losesFirst[identity] === -1) losesFirst[identity] = Number(list.losesName(position));
      isLost[position] = Number(losesFirst[identity] === 1);
    }
    return { list: marked(list, isLost), values, newestMs };
  };
}

/** By identity 1 where the name is lost, 0 where it stays, -1 of what has not come yet. */
interface FirstSeen {
  readonly list: SeriesList;
  readonly losesFirst: Int8Array;
}

/** A list with marks; the one given last time where they are the same. */
function steadyMarks(): (list: SeriesList, isLost: Uint8Array) => SeriesList {
  const lastOf = remember((_list: SeriesList): { isLost: Uint8Array; marked: SeriesList | undefined } => ({
    isLost: new Uint8Array(),
    marked: undefined,
  }));
  return (list, isLost) => {
    const last = lastOf(list);
    if (last.marked === undefined || !isLost.every((mark, position) => mark === last.isLost[position])) {
      last.isLost = isLost;
      last.marked = listLosing(list, (position) => isLost[position] === 1);
    }
    return last.marked;
  };
}

/** What annotations add about a series: the metric, where its name is still there. */
export function metricTeller({ delayedNameRemoval }: Removal): (list: SeriesList, position: number) => string {
  if (!delayedNameRemoval) return () => '';
  return (list, position) => {
    const name = list.labels(position).get(METRIC_NAME);
    return name === undefined ? '' : ` for metric name ${quoteAsGo(name)}`;
  };
}
