// The embedded engine asked as the oracle is asked.
import { VirtualClock } from '../../../src/lib/virtual-clock.ts';
import { labelsOf, METRIC_NAME } from '../../../src/model/labels.ts';
import {
  type InstantRequest,
  type QueryEngine,
  QueryError,
  type QueryFailure,
  type RangeRequest,
} from '../../../src/model/query-engine.ts';
import { createEmbeddedEngine } from '../../../src/promql/engine.ts';
import { arraySource } from '../../promql/support/array-source.ts';
import type { EngineSettings, Question } from './oracle.ts';
import type { DataSet } from './samples/data-set.ts';

export interface OurSeries {
  readonly labels: Readonly<Record<string, string>>;
  readonly timesMs: readonly number[];
  readonly values: readonly number[];
}

export interface OurAnswer {
  readonly kind?: 'scalar' | 'string' | 'vector' | 'matrix';
  readonly series: readonly OurSeries[];
  readonly text?: string;
  readonly warnings: readonly string[];
  readonly infos: readonly string[];
  readonly error?: { readonly kind: QueryFailure | 'defect'; readonly text: string };
}

export interface Embedded {
  ask(question: Question): Promise<OurAnswer>;
}

/** One engine for each kind of settings, over one source. */
export function embeddedOver(data: DataSet): Embedded {
  const source = arraySource();
  for (const { labels, timesMs, values } of data) {
    const sampleValue = (text = 'stale'): number | 'stale' => (text === 'stale' ? text : Number(text));
    source.addRow(
      labelsOf(labels),
      timesMs.map((timeMs, at) => ({ timeMs, value: sampleValue(values[at]) })),
    );
  }
  const engines = new Map<string, QueryEngine>();
  const engineFor = ({ experimental = false, lookbackMs = 300_000, defaultStepMs = 60_000 }: EngineSettings): QueryEngine => {
    const key = `${experimental} ${lookbackMs} ${defaultStepMs}`;
    const settings = {
      source,
      clock: new VirtualClock(),
      lookbackMs,
      experimentalFunctions: experimental,
      defaultSubqueryStepMs: defaultStepMs,
    };
    const engine = engines.get(key) ?? createEmbeddedEngine(settings);
    engines.set(key, engine);
    return engine;
  };
  return { ask: (question) => askEngine(engineFor(question), question) };
}

/** One that has been made: its settings are what they are. */
export function embeddedBy(engine: QueryEngine): Embedded {
  return { ask: (question) => askEngine(engine, question) };
}

async function askEngine(engine: QueryEngine, question: Question): Promise<OurAnswer> {
  try {
    const budget = question.maxSamples === undefined ? {} : { sampleBudget: question.maxSamples };
    if ('instant' in question) return await instant(engine, { expr: question.instant, timeMs: question.timeMs, ...budget });
    const { range: expr, startMs, endMs, stepMs } = question;
    return await range(engine, { expr, startMs, endMs, stepMs, ...budget });
  } catch (error) {
    const kind = error instanceof QueryError ? error.failure : 'defect';
    const text = error instanceof Error ? error.message : String(error);
    return { series: [], warnings: [], infos: [], error: { kind, text } };
  }
}

async function instant(engine: QueryEngine, request: InstantRequest): Promise<OurAnswer> {
  const { warnings, infos = [], ...result } = await engine.instant(request);
  const { kind } = result;
  const timesMs = [request.timeMs];
  switch (result.kind) {
    case 'scalar':
      return { kind, series: [{ labels: {}, timesMs, values: [result.value] }], warnings, infos };
    case 'string':
      return { kind, series: [], text: result.value, warnings, infos };
    case 'vector': {
      const series = result.series.map(({ labels, value }) => ({ labels: recordOf(labels), timesMs, values: [value] }));
      return { kind, series, warnings, infos };
    }
    case 'matrix':
      return { kind, series: result.series.map((one) => ({ ...one, labels: recordOf(one.labels) })), warnings, infos };
  }
}

async function range(engine: QueryEngine, request: RangeRequest): Promise<OurAnswer> {
  const { series, warnings, infos = [] } = await engine.range(request);
  return { kind: 'matrix', series: series.map((one) => ({ ...one, labels: recordOf(one.labels) })), warnings, infos };
}

/** The name first, so that a printed series reads as it is written. */
function recordOf(labels: ReadonlyMap<string, string>): Record<string, string> {
  const { [METRIC_NAME]: name, ...others } = Object.fromEntries([...labels].sort());
  return name === undefined ? others : { [METRIC_NAME]: name, ...others };
}
