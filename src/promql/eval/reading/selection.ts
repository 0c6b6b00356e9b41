// Which rows a question asks: those that match, at live targets, of the pods asked about.
import { intAt } from '../../../lib/columns.ts';
import { METRIC_NAME } from '../../../model/labels.ts';
import type { Matcher } from '../../../model/matcher.ts';
import { POD_SET_LABEL, QueryError, type QueryScope } from '../../../model/query-engine.ts';
import type { RowList, SampleSource } from '../../../model/sample-source.ts';
import { losesNone, type SeriesList } from '../labels/series-list.ts';
import { remember } from '../remember.ts';
import { RowsByPod } from './rows-by-pod.ts';

export interface Selection {
  readonly rows: RowList;
  readonly list: SeriesList;
}

/** The rows that a scope leaves of those that match. The same object for the same rows, as long as the source's set of rows stands still. */
export type Selector = (scope: QueryScope) => Selection;

interface Kept {
  /** All rows that match, whatever the scope. */
  readonly all: RowList;
  readonly liveTargets: ReadonlySet<string> | undefined;
  readonly selection: Selection;
}

/** Stands for the pod set of questions that name none. */
const EVERYBODY = {};

/** A matcher on POD_SET_LABEL is taken for the scope's pod set. An asker that hands over the same set again gets its answer sooner. */
export function selectorOf(conditions: readonly Matcher[], source: SampleSource): Selector {
  const matchers = conditions.filter(({ name }) => name !== POD_SET_LABEL);
  const asksPodSet = matchers.length < conditions.length;
  const namesDiffer = !matchers.some(({ name, operator }) => name === METRIC_NAME && operator === '=');
  const matching = matchingRows(matchers, source);
  const byPod = remember((rows: RowList) => new RowsByPod(rows, source));
  const kept = new WeakMap<object, Kept>();
  return (scope) => {
    const all = matching();
    const { liveTargets } = scope;
    const pods = asksPodSet ? podSetOf(scope) : undefined;
    const key = pods ?? EVERYBODY;
    const known = kept.get(key);
    if (known?.all === all && known.liveTargets === liveTargets) return known.selection;
    const inPods = pods === undefined ? all : byPod(all).rowsOf(pods.pods);
    const rows = liveTargets === undefined ? inPods : rowsAt(liveTargets, inPods, source);
    const selection =
      known?.all === all && isSameList(known.selection.rows, rows) ? known.selection : selectionOf(rows, { source, namesDiffer });
    kept.set(key, { all, liveTargets, selection });
    return selection;
  };
}

/** The same array for as long as the rows that match are the same ones, whatever happens to others. */
function matchingRows(matchers: readonly Matcher[], source: SampleSource): () => RowList {
  let version: number | undefined;
  let rows: RowList = new Int32Array();
  return () => {
    if (version === source.rowsVersion) return rows;
    const next = source.select(matchers);
    const isKnown = version !== undefined && isSameList(rows, next) && source.areOlder(rows, version);
    if (!isKnown) rows = next;
    version = source.rowsVersion;
    return rows;
  };
}

export function selectionOf(
  rows: RowList,
  { source, namesDiffer }: { readonly source: SampleSource; readonly namesDiffer: boolean },
): Selection {
  const list: SeriesList = {
    size: rows.length,
    namesDiffer,
    losesName: losesNone,
    labels: (position) => source.labels(intAt(rows, position)),
    labelNames: () => source.labelNames(rows),
    labelIds: (name) => source.labelIds(rows, name),
  };
  return { rows, list };
}

function isSameList(one: RowList, other: RowList): boolean {
  if (one === other) return true;
  if (one.length !== other.length) return false;
  for (let at = 0; at < one.length; at += 1) if (one[at] !== other[at]) return false;
  return true;
}

function rowsAt(liveTargets: ReadonlySet<string>, rows: RowList, source: SampleSource): RowList {
  let target = -1;
  let isLive = false;
  return rows.filter((row) => {
    const itsTarget = source.target(row);
    if (itsTarget !== target) isLive = liveTargets.has(source.targetId(itsTarget));
    target = itsTarget;
    return isLive;
  });
}

function podSetOf({ podSet }: QueryScope): NonNullable<QueryScope['podSet']> {
  if (podSet !== undefined) return podSet;
  throw new QueryError(
    'bad-expression',
    `cannot evaluate the matcher "${POD_SET_LABEL}": the question names no pods; ask through a signal or leave the matcher out`,
  );
}
