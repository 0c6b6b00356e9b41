// What an answer holds, as this API writes it: times in seconds, values as texts.
import { type JsonObject, listOf, objectOf } from '../../lib/json.ts';
import { type Labels, METRIC_NAME } from '../../model/labels.ts';
import type { InstantSeries, InstantValue, RangeSeries } from '../../model/query-engine.ts';
import { NEWEST_PART, PART_LABEL } from './expression.ts';
import { outage, type RemoteFault } from './fault.ts';

/** Throws a RemoteFault for what is no result of an instant query. */
export function readInstant(data: unknown, engine: string): InstantValue {
  const { resultType, result } = objectOf(data);
  switch (resultType) {
    case 'vector':
      return { kind: 'vector', series: listOf(result).map((one) => vectorSeries(objectOf(one), engine)) };
    case 'scalar':
      return { kind: 'scalar', value: sampleOf(result, engine).value };
    case 'string':
      return { kind: 'string', value: String(listOf(result)[1] ?? '') };
    case 'matrix':
      return { kind: 'matrix', series: matrixOf(result, engine) };
    default:
      throw wrong(engine, 'its answer has no result of a query');
  }
}

/** Throws a RemoteFault for what is no result of a query over a range. */
export function readRange(data: unknown, engine: string): readonly RangeSeries[] {
  const { resultType, result } = objectOf(data);
  if (resultType !== 'matrix') throw wrong(engine, 'its answer has no result of a query over a range');
  return matrixOf(result, engine);
}

/** Throws a RemoteFault for what is no list of series. */
export function readSeries(data: unknown, engine: string): readonly Labels[] {
  if (!Array.isArray(data)) throw wrong(engine, 'its answer has no list of series');
  return data.map((one) => labelsIn(objectOf(one), engine));
}

/** Throws a RemoteFault for what is no list of texts. */
export function readValues(data: unknown, engine: string): readonly string[] {
  if (!Array.isArray(data) || data.some((one) => typeof one !== 'string')) throw wrong(engine, 'its answer has no list of values');
  return data.map(String);
}

/**
 * Values with the newest sample of their pod, from an answer in which both are parts. What is in no pod of which a time is known has none:
 * then nothing is known of its age.
 */
export function joinParts(series: readonly InstantSeries[]): readonly InstantSeries[] {
  const newest = new Map<string, number>();
  const values: InstantSeries[] = [];
  for (const one of series) {
    const labels = new Map(one.labels);
    labels.delete(PART_LABEL);
    if (one.labels.get(PART_LABEL) !== NEWEST_PART) values.push({ labels, value: one.value });
    else if (Number.isFinite(one.value)) newest.set(podOf(labels), Math.round(one.value * 1000));
  }
  return values.map((one) => {
    const newestMs = newest.get(podOf(one.labels));
    return newestMs === undefined ? one : { ...one, newestMs };
  });
}

/** '' for both where a series names no pod. */
export function podOf(labels: Labels): string {
  return `${labels.get('namespace') ?? ''}/${labels.get('pod') ?? ''}`;
}

function vectorSeries({ metric, value, histogram }: JsonObject, engine: string): InstantSeries {
  if (histogram !== undefined) throw wrong(engine, 'its answer holds native histograms, which no signal is made of');
  return { labels: labelsIn(objectOf(metric), engine), value: sampleOf(value, engine).value };
}

function matrixOf(result: unknown, engine: string): readonly RangeSeries[] {
  return listOf(result).map((one) => {
    const { metric, values } = objectOf(one);
    const samples = listOf(values).map((sample) => sampleOf(sample, engine));
    return {
      labels: labelsIn(objectOf(metric), engine),
      timesMs: samples.map(({ timeMs }) => timeMs),
      values: samples.map(({ value }) => value),
    };
  });
}

function labelsIn(metric: JsonObject, engine: string): Labels {
  const labels = new Map<string, string>();
  // The name first, as everybody writes it.
  for (const [name, text] of Object.entries(metric).sort(([one], [other]) => Number(other === METRIC_NAME) - Number(one === METRIC_NAME))) {
    if (typeof text !== 'string') throw wrong(engine, `its answer holds a label ${JSON.stringify(name)} that is no text`);
    labels.set(name, text);
  }
  return labels;
}

function sampleOf(sample: unknown, engine: string): { readonly timeMs: number; readonly value: number } {
  const [seconds, text] = listOf(sample);
  const value = typeof text === 'string' ? numberIn(text) : undefined;
  if (typeof seconds !== 'number' || value === undefined) throw wrong(engine, 'its answer holds a sample that is no number');
  return { timeMs: Math.round(seconds * 1000), value };
}

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const WORDS: ReadonlyMap<string, number> = new Map([
  ['NaN', Number.NaN],
  ['+Inf', Number.POSITIVE_INFINITY],
  ['Inf', Number.POSITIVE_INFINITY],
  ['-Inf', Number.NEGATIVE_INFINITY],
]);

function numberIn(text: string): number | undefined {
  return NUMBER.test(text) ? Number(text) : WORDS.get(text);
}

function wrong(engine: string, what: string): RemoteFault {
  return outage({ engine, why: `${what}; is engine.remote.url right, and does a proxy change answers?`, mayRetry: false });
}
