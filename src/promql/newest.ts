// The newest samples of very many series, in turns: nothing is remembered of them, and a line's labels are made once for all its targets.
import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../lib/clock.ts';
import { floatAt, intAt } from '../lib/columns.ts';
import type { Labels } from '../model/labels.ts';
import type { NewestRequest, NewestSample, NewestSeries } from '../model/newest-series.ts';
import { QueryError } from '../model/query-engine.ts';
import type { RowList, SampleSource } from '../model/sample-source.ts';
import { Usage } from './eval/running/run.ts';
import { parseMatchers } from './syntax/parse-selector.ts';

/** A source that keeps what lines say apart from what their targets add. */
export interface LineSource extends SampleSource {
  /** Of the row: a small integer, the same for equal lines; it may be another's when the version changes. */
  line(row: number): number;
  lineLabels(line: number): Labels;
  /** By the number that `target` says; the same object each time. */
  targetLabels(target: number): Labels;
}

export interface NewestOptions {
  readonly source: LineSource;
  readonly clock: Clock;
  /** How far back a sample is looked for. */
  readonly lookbackMs: number;
}

/** Rows of one turn of the event loop: some milliseconds, with what is made of them. */
const ROWS_A_TURN = 1000;
/** How often reading is begun anew because rows went between two turns. */
const MOST_RESTARTS = 10;

export function createNewestSeries(options: NewestOptions): NewestSeries {
  return { newest: (request) => inTurns(request, options) };
}

async function* inTurns(request: NewestRequest, options: NewestOptions): AsyncGenerator<readonly NewestSample[], undefined> {
  const { source, clock } = options;
  const matchers = parseMatchers(request.expr);
  const usage = new Usage(request, clock);
  for (let restarts = 0; restarts <= MOST_RESTARTS; restarts += 1) {
    const rows = source.select(matchers);
    const version = source.rowsVersion;
    const areThere = (): boolean => version === source.rowsVersion || source.areOlder(rows, version);
    const lines = new Map<number, Labels>();
    let from = 0;
    while (from < rows.length && areThere()) {
      const piece = read(rows.subarray(from, from + ROWS_A_TURN), { request, options, usage, lines });
      from += ROWS_A_TURN;
      yield piece;
      await setImmediate();
    }
    if (from >= rows.length) return undefined;
  }
  throw new QueryError('execution', 'cannot read series: they come and go faster than they are read; select fewer');
}

interface Reading {
  readonly request: NewestRequest;
  readonly options: NewestOptions;
  readonly usage: Usage;
  /** Labels of lines that were met before. */
  readonly lines: Map<number, Labels>;
}

function read(rows: RowList, { request: { timeMs }, options, usage, lines }: Reading): NewestSample[] {
  const { source, lookbackMs } = options;
  const columns = { values: new Float64Array(rows.length), newestMs: new Float64Array(rows.length) };
  usage.countSamples(source.readNewest(rows, { fromMs: timeMs - lookbackMs, toMs: timeMs }, columns));
  const samples: NewestSample[] = [];
  for (let position = 0; position < rows.length; position += 1) {
    const newestMs = floatAt(columns.newestMs, position);
    if (Number.isNaN(newestMs)) continue;
    const row = intAt(rows, position);
    const number = source.line(row);
    const line = lines.get(number) ?? source.lineLabels(number);
    lines.set(number, line);
    samples.push({ line, target: source.targetLabels(source.target(row)), value: floatAt(columns.values, position), timeMs: newestMs });
  }
  return samples;
}
