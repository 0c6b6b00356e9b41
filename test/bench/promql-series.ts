// What Prometheus would hold of the signals' fleet, as a file for the reference: what Tritons and kubelets said is rendered anew,
// so that it owes nothing to Plimsoll's store; the facts, and what is read from exporters, Plimsoll's engine tells.
import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { METRIC_NAME } from '../../src/model/labels.ts';
import type { QueryEngine } from '../../src/model/query-engine.ts';
import type { Target } from '../../src/model/target.ts';
import { saidBy, takenMs } from './kubelets.ts';
import { busySeconds, indexOf, kindOf, MODELS, ofPod, podsOn, type SignalsFleet, STATISTICS, tritonTextOf } from './signals-fleet.ts';

export interface HeldSeries {
  readonly fleet: SignalsFleet;
  readonly engine: QueryEngine;
  /** Names of facts and of readings of GPUs that the expressions ask for. */
  readonly told: Iterable<string>;
  readonly timesMs: readonly number[];
}

export async function writeSeries(file: string, held: HeldSeries): Promise<void> {
  await pipeline(Readable.from(blocks(held)), createWriteStream(file));
}

/** A line of times, then the series that have a value at each of them. */
async function* blocks({ fleet, engine, told, timesMs }: HeldSeries): AsyncGenerator<string> {
  const columns = new Map<string, readonly Column[]>();
  for (const target of fleet.settings.targets) {
    if (target.source === 'triton') yield* tritonBlocks({ fleet, target, columns });
    if (target.source === 'kubelet') yield kubeletBlock(fleet, target);
  }
  for (const name of told) {
    const [startMs = 0, nextMs = 0] = timesMs;
    const request = { expr: name, startMs, endMs: timesMs.at(-1) ?? 0, stepMs: nextMs - startMs };
    for (const { labels, timesMs: at, values } of (await engine.range(request)).series) {
      yield block(at, [{ series: seriesText(labels.get(METRIC_NAME) ?? '', labels), values: values.join(' ') }]);
    }
  }
}

/** One line of an exposition over several scrapes. */
interface Column {
  readonly series: string;
  readonly values: string;
}

type TritonBlocks = Pick<HeldSeries, 'fleet'> & { readonly target: Target; readonly columns: Map<string, readonly Column[]> };

/** `columns` remembers what pods of one kind, scraped at the same times, said. */
function* tritonBlocks({ fleet, target, columns }: TritonBlocks): Generator<string> {
  const pod = indexOf(target);
  const kind = kindOf(pod);
  const scrapedMs = fleet.askedMs(target, 'metrics');
  const key = `${kind} ${scrapedMs.join()}`;
  const lines = columns.get(key) ?? columnsOf(kind, scrapedMs);
  columns.set(key, lines);
  const own = seriesText('', target.labels).slice(1);
  yield block(
    scrapedMs,
    lines.map(({ series, values }) => ({ series: `${ofPod(series, pod).slice(0, -1)},${own}`, values })),
  );
  const readMs = fleet.askedMs(target, STATISTICS);
  const busy = Array.from({ length: MODELS }, (_, model) => ({
    series: `triton_instance_busy_seconds_total{model="model_${model}",version="1",${own}`,
    values: readMs.map((atMs) => busySeconds({ kind, model, atMs })).join(' '),
  }));
  yield block(readMs, busy);
}

/** Under the canonical names, each sample once and at its own time. */
function kubeletBlock(fleet: SignalsFleet, target: Target): string {
  const node = indexOf(target);
  const times = [...new Set(fleet.askedMs(target, 'metrics').map((atMs) => takenMs(node, atMs)))];
  const own = seriesText('', target.labels).slice(1);
  const columns = saidBy(podsOn(node)).map(({ canonical, labels, value }) => ({
    series: `${canonical}{${labels}${labels === '' ? '' : ','}${own}`,
    values: times.map(value).join(' '),
  }));
  return block(times, columns);
}

/** Models' lines of all scrapes beside one another; a Triton says the same lines in the same order each time. */
function columnsOf(kind: number, scrapedMs: readonly number[]): readonly Column[] {
  const scrapes = scrapedMs.map((atMs) => samplesOf(tritonTextOf(kind, atMs)));
  return (scrapes[0] ?? []).map(({ series }, line) => ({ series, values: scrapes.map((samples) => samples[line]?.value).join(' ') }));
}

function samplesOf(text: string): { readonly series: string; readonly value: string }[] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('nv_inference_'))
    .map((line) => {
      const end = line.lastIndexOf(' ');
      return { series: line.slice(0, end), value: line.slice(end + 1) };
    });
}

function seriesText(name: string, labels: ReadonlyMap<string, string>): string {
  const own = [...labels].filter(([label]) => label !== METRIC_NAME);
  return `${name}{${own.map(([label, value]) => `${label}=${JSON.stringify(value)}`).join(',')}}`;
}

function block(timesMs: Iterable<number>, columns: readonly Column[]): string {
  return `#${[...timesMs].join(' ')}\n${columns.map(({ series, values }) => `${series}\t${values}\n`).join('')}`;
}
