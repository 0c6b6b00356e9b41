// Which rows a question asks: those that match, at live targets, of the pods asked about.
import { METRIC_NAME } from '../../model/labels.ts';
import type { Matcher } from '../../model/matcher.ts';
import { type PodRef, podKey } from '../../model/pod.ts';
import { POD_SET_LABEL, QueryError, type QueryScope } from '../../model/query-engine.ts';
import type { RowId, SampleSource } from '../../model/sample-source.ts';
import { itemAt } from './columns.ts';
import { remember } from './remember.ts';
import type { SeriesList } from './series-list.ts';

export interface Selection {
  readonly rows: readonly RowId[];
  readonly list: SeriesList;
}

/** The rows that a scope leaves of those that match. The same object for the same rows, as long as the source's set of rows stands still. */
export type Selector = (scope: QueryScope) => Selection;

interface Kept {
  /** All rows that match, whatever the scope. */
  readonly all: readonly RowId[];
  readonly liveTargets: ReadonlySet<string> | undefined;
  readonly pods: readonly PodRef[] | undefined;
  readonly selection: Selection;
}

/** Autoscalers ask their few questions by turns. */
const MOST_KEPT = 4;

/** A matcher on POD_SET_LABEL is taken for the scope's pod set. */
export function selectorOf(conditions: readonly Matcher[], source: SampleSource): Selector {
  const matchers = conditions.filter(({ name }) => name !== POD_SET_LABEL);
  const asksPodSet = matchers.length < conditions.length;
  const namesDiffer = !matchers.some(({ name, operator }) => name === METRIC_NAME && operator === '=');
  const matching = remember((_rowsVersion: number) => source.select(matchers));
  const byPod = remember((rows: readonly RowId[]) => rowsByPod(rows, source));
  let kept: readonly Kept[] = [];
  return (scope) => {
    const all = matching(source.rowsVersion);
    const { liveTargets } = scope;
    const pods = asksPodSet ? podsOf(scope) : undefined;
    const asked = kept.find((one) => one.all === all && one.liveTargets === liveTargets && isSameList(one.pods, pods));
    if (asked !== undefined) return asked.selection;
    const inPods = pods === undefined ? all : pods.flatMap((pod) => byPod(all).get(podKey(pod)) ?? []);
    const rows = liveTargets === undefined ? inPods : inPods.filter((row) => liveTargets.has(source.targetId(row)));
    const equal = kept.find((one) => one.all === all && isSameList(one.selection.rows, rows));
    const selection = equal?.selection ?? {
      rows,
      list: { size: rows.length, namesDiffer, labels: (at) => source.labels(itemAt(rows, at)) },
    };
    kept = [{ all, liveTargets, pods, selection }, ...kept.slice(0, MOST_KEPT - 1)];
    return selection;
  };
}

function isSameList<T>(one: readonly T[] | undefined, other: readonly T[] | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  return one.length === other.length && one.every((item, at) => item === other[at]);
}

// From the pods asked about to their rows: a question about one pod of thousands costs one look-up.
function rowsByPod(rows: readonly RowId[], source: SampleSource): ReadonlyMap<string, readonly RowId[]> {
  const byPod = new Map<string, RowId[]>();
  for (const row of rows) {
    const labels = source.labels(row);
    const key = podKey({ namespace: labels.get('namespace') ?? '', name: labels.get('pod') ?? '' });
    const known = byPod.get(key);
    if (known === undefined) byPod.set(key, [row]);
    else known.push(row);
  }
  return byPod;
}

function podsOf({ podSet }: QueryScope): readonly PodRef[] {
  if (podSet !== undefined) return podSet.pods;
  throw new QueryError(
    'bad-expression',
    `cannot evaluate the matcher "${POD_SET_LABEL}": the question names no pods; ask through a signal or leave the matcher out`,
  );
}
