// The store and the lines behind it, as explanations ask for them: which series a selector reads, their samples, and what each was said as.
import { setImmediate } from 'node:timers/promises';
import { evidenceFor } from '../facts/evidence.ts';
import type { Clock } from '../lib/clock.ts';
import { floatAt, intAt } from '../lib/columns.ts';
import { keyOf, partsOf } from '../lib/key.ts';
import type { EvidenceRequest, EvidenceSource, SampleRun, SeriesEvidence, SeriesOrigin, TimedValue } from '../model/evidence.ts';
import { labelsOf, METRIC_NAME } from '../model/labels.ts';
import type { Matcher } from '../model/matcher.ts';
import { POD_SET_LABEL } from '../model/query-engine.ts';
import { growthColumns, type RowId, type RowList, type SampleSource, sampleWindow, type TimeRange } from '../model/sample-source.ts';
import { selectorOf } from '../promql/eval/reading/selection.ts';
import { Usage } from '../promql/eval/running/run.ts';
import { EVERY_SERIES } from '../sources/every-series.ts';
import { type FeedingLine, linesFeeding } from './ingest/feeding-lines.ts';
import type { Ingest } from './ingest/ingest.ts';

export interface EvidenceOptions {
  readonly source: SampleSource;
  readonly ingest: Pick<Ingest, 'said'>;
  /** What deadlines are measured on. */
  readonly clock: Clock;
  /** How far back the newest sample is looked for, as the engine does. */
  readonly lookbackMs: number;
}

const NO_FAMILIES: ReadonlySet<string> = new Set();

export function createEvidence(options: EvidenceOptions): EvidenceSource {
  return {
    series: async (request) => {
      // An explanation asks for many, one after the other: scrapes and questions have their turn in between.
      await setImmediate();
      return readSeries(request, options);
    },
    families: (targetId) => options.ingest.said(targetId)?.plan.declaredFamilies() ?? NO_FAMILIES,
    feeding: familiesFeeding,
  };
}

function familiesFeeding(series: string): readonly string[] {
  const canonical = EVERY_SERIES.find(({ name }) => name === series);
  if (canonical !== undefined) return canonical.from.map(({ raw }) => raw);
  return evidenceFor(labelsOf({ [METRIC_NAME]: series })) === undefined ? [series] : [];
}

function readSeries(
  request: EvidenceRequest,
  options: EvidenceOptions,
): { readonly series: readonly SeriesEvidence[]; readonly more: number } {
  const { source, clock } = options;
  const { scope, most } = request;
  const usage = new Usage(scope, clock);
  usage.checkTime();
  const found = narrowed(selectorOf(sooner(request), source)(scope).rows, request, source);
  const rows = found.slice(0, most);
  const reads = [...rows].map((row) => readOne(row, { request, options, usage })).filter((read) => read !== undefined);
  const origins = originsOf(reads, request, options);
  return {
    series: reads.map(({ row, ...read }) => ({ ...read, origin: origins.get(row) ?? { kind: 'unknown' } })),
    more: found.length - rows.length,
  };
}

/** With a condition on each label by which most rows can be left out at once: of a hundred thousand a few are asked about. */
function sooner({ matchers, scope, only }: EvidenceRequest): readonly Matcher[] {
  const asksPods = matchers.some(({ name }) => name === POD_SET_LABEL);
  const pods = asksPods && scope.podSet !== undefined ? [oneOf('pod', new Set(scope.podSet.pods.map(({ name }) => name)))] : [];
  const [label] = only?.labels ?? [];
  const devices =
    only === undefined || label === undefined ? [] : [oneOf(label, new Set([...only.keys].map((key) => partsOf(key)[0] ?? '')))];
  return [...matchers, ...pods, ...devices];
}

function oneOf(name: string, values: ReadonlySet<string>): Matcher {
  // Stores tell conditions apart by their text.
  return { name, operator: '=~', value: keyOf([...values]), matches: (value) => values.has(value) };
}

function narrowed(rows: RowList, { only }: EvidenceRequest, source: SampleSource): RowList {
  if (only === undefined) return rows;
  const columns = only.labels.map((label) => source.labelIds(rows, label));
  return rows.filter((_row, at) => only.keys.has(keyOf(columns.map((ids) => source.text(intAt(ids, at))))));
}

type Read = Omit<SeriesEvidence, 'origin'> & { readonly row: RowId };

interface Reading {
  readonly request: EvidenceRequest;
  readonly options: EvidenceOptions;
  readonly usage: Usage;
}

/** Undefined for a series that has no sample which the expression would read. */
function readOne(row: RowId, { request: { atMs, range }, options, usage }: Reading): Read | undefined {
  const { source } = options;
  const newest = newestOf(row, atMs, options);
  const run = range === undefined ? undefined : runOf(row, range, source);
  usage.countSamples(1 + (run?.samples ?? 0));
  if ((range === undefined ? newest : run) === undefined) return undefined;
  return { row, labels: source.labels(row), targetId: source.targetId(source.target(row)), newest, run };
}

function newestOf(row: RowId, atMs: number, { source, lookbackMs }: EvidenceOptions): TimedValue | undefined {
  const into = { values: new Float64Array(1), newestMs: new Float64Array(1) };
  source.readNewest(Int32Array.of(row), { fromMs: atMs - lookbackMs, toMs: atMs }, into);
  const timeMs = floatAt(into.newestMs, 0);
  return Number.isNaN(timeMs) ? undefined : { value: floatAt(into.values, 0), timeMs };
}

function runOf(row: RowId, range: TimeRange, source: SampleSource): SampleRun | undefined {
  const rows = Int32Array.of(row);
  const window = sampleWindow();
  const columns = growthColumns(1);
  let run: SampleRun | undefined;
  source.readGrowth(rows, range, { from: 0, into: columns });
  const growth = floatAt(columns.growth, 0);
  const visit = (): void => {
    const last = window.length - 1;
    if (last < 0) return;
    run = { samples: window.length, first: sampleAt(window, 0), last: sampleAt(window, last), growth };
  };
  source.readEach(rows, range, { window, visit });
  return run;
}

function sampleAt({ values, timesMs }: { values: Float64Array; timesMs: Float64Array }, at: number): TimedValue {
  return { value: floatAt(values, at), timeMs: floatAt(timesMs, at) };
}

function originsOf(reads: readonly Read[], { atMs }: EvidenceRequest, options: EvidenceOptions): ReadonlyMap<RowId, SeriesOrigin> {
  const origins = new Map<RowId, SeriesOrigin>();
  const byTarget = Map.groupBy(reads, ({ targetId }) => targetId);
  for (const [targetId, ofTarget] of byTarget) {
    const said = options.ingest.said(targetId);
    const lines = said === undefined ? new Map<RowId, FeedingLine>() : linesFeeding(new Set(ofTarget.map(({ row }) => row)), said);
    for (const { row, labels } of ofTarget) {
      const line = lines.get(row);
      const evidence = evidenceFor(labels);
      if (line !== undefined) origins.set(row, lineOrigin(line, newestOf(line.rawRow, atMs, options)?.value));
      else if (evidence !== undefined) origins.set(row, { kind: 'fact', evidence });
    }
  }
  return origins;
}

function lineOrigin({ line, write }: FeedingLine, value: number | undefined): SeriesOrigin {
  if (typeof write === 'number') return { kind: 'line', line, value, scale: undefined, guards: [] };
  const guards = [
    write.isBlank === undefined ? [] : (['blank'] as const),
    write.convert === undefined ? [] : (['converted'] as const),
  ].flat();
  return { kind: 'line', line, value, scale: write.convert === undefined ? write.scale : undefined, guards };
}
