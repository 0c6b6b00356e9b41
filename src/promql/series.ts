// Which series there are, whatever their values.
import { setImmediate } from 'node:timers/promises';
import { floatAt, intAt } from '../lib/columns.ts';
import type { Labels } from '../model/labels.ts';
import type { LabelValuesRequest, SeriesRequest } from '../model/query-engine.ts';
import { QueryError } from '../model/query-engine.ts';
import { NO_TEXT, type RowId, type RowList, type SampleSource, sampleWindow, type TextId } from '../model/sample-source.ts';
import { selectorOf } from './eval/reading/selection.ts';
import type { Usage } from './eval/running/run.ts';

interface FoundSeries {
  readonly labels: Labels;
  readonly newestMs: number;
}

interface Search {
  readonly source: SampleSource;
  readonly usage: Usage;
}

/** Rows of one turn of the event loop: some milliseconds, their samples and labels included. */
const ROWS_A_TURN = 2000;
/** How often a search is begun anew because rows went while it waited for its turn. */
const MOST_RESTARTS = 10;

/** Series with a sample in [startMs, endMs], each once however many sets of matchers select it. */
export async function findSeries(request: SeriesRequest, search: Search): Promise<readonly FoundSeries[]> {
  const { source } = search;
  return inTurns(request, search, () => {
    const found: FoundSeries[] = [];
    return { result: () => found, visit: ({ row, newestMs }) => found.push({ labels: source.labels(row), newestMs }) };
  });
}

/** The distinct values of one label, in order; series without it add none. */
export async function findValues(request: LabelValuesRequest, search: Search): Promise<readonly string[]> {
  const { source } = search;
  return inTurns(request, search, () => {
    const values = new Set<string>();
    const visit = ({ valueId }: Visited): void => {
      if (valueId !== NO_TEXT) values.add(source.text(valueId));
    };
    return { label: request.label, visit, result: () => [...values].filter((value) => value !== '').sort() };
  });
}

interface Visited {
  readonly row: RowId;
  readonly newestMs: number;
  /** Of the collector's label. */
  readonly valueId: TextId;
}

interface Collector<Result> {
  readonly label?: string;
  visit(visited: Visited): void;
  result(): Result;
}

/** Ids of texts and rows are good as long as none of the rows goes: a search during which one does is begun anew. */
async function inTurns<Result>(request: SeriesRequest, search: Search, begin: () => Collector<Result>): Promise<Result> {
  for (let restarts = 0; restarts <= MOST_RESTARTS; restarts += 1) {
    const collector = begin();
    if (await visitAll(request, search, collector)) return collector.result();
  }
  throw new QueryError('execution', 'cannot list series: they come and go faster than they are read; select fewer');
}

/** False when rows went meanwhile. */
async function visitAll<Result>(request: SeriesRequest, { source, usage }: Search, collector: Collector<Result>): Promise<boolean> {
  const visited = new Set<RowId>();
  const known: { readonly rows: RowList; readonly version: number }[] = [];
  const areThere = (): boolean => known.every(({ rows, version }) => version === source.rowsVersion || source.areOlder(rows, version));
  for (const matchers of request.matchers) {
    const { rows } = selectorOf(matchers, source)(usage.scope);
    known.push({ rows, version: source.rowsVersion });
    for (let from = 0; from < rows.length; from += ROWS_A_TURN) {
      if (from > 0) await setImmediate();
      usage.checkTime();
      if (!areThere()) return false;
      visitSome(rows.subarray(from, from + ROWS_A_TURN), { request, source, usage, collector, visited });
    }
  }
  return true;
}

interface Visiting<Result> extends Search {
  readonly request: SeriesRequest;
  readonly collector: Collector<Result>;
  readonly visited: Set<RowId>;
}

function visitSome<Result>(rows: RowList, { request, source, usage, collector, visited }: Visiting<Result>): void {
  const window = sampleWindow();
  const { label } = collector;
  const ids = label === undefined ? undefined : source.labelIds(rows, label);
  const visit = (position: number): void => {
    usage.countRead(window.length);
    const row = intAt(rows, position);
    if (window.length === 0 || visited.has(row)) return;
    visited.add(row);
    collector.visit({
      row,
      newestMs: floatAt(window.timesMs, window.length - 1),
      valueId: ids === undefined ? NO_TEXT : intAt(ids, position),
    });
  };
  // The source leaves the near end out; time stamps are milliseconds.
  source.readEach(rows, { fromMs: request.startMs - 1, toMs: request.endMs }, { window, visit });
}
