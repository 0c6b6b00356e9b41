// Whose GPUs the targets of a configuration speak of: each is read once, and the pipeline joins what they say.
import { systemClock } from '../lib/clock.ts';
import type { Warning } from '../model/fact.ts';
import type { FetchResult } from '../model/fetch.ts';
import type { Labels } from '../model/labels.ts';
import { silentLog } from '../model/log.ts';
import { nullMeter } from '../model/meter.ts';
import type { Target } from '../model/target.ts';
import { CANONICAL_SERIES } from '../sources/canonical.ts';
import type { Settings } from './settings.ts';
import { createTargetSource } from './target-source.ts';
import { type Plimsoll, wire } from './wire.ts';

export interface ReportedTarget {
  readonly instance: string;
  readonly source: string;
  /** Why it could not be read; undefined when it was. */
  readonly error?: string;
  readonly warnings: readonly Warning[];
}

export interface GpuOwner {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly evidence: string;
}

export interface GpuCandidate {
  readonly namespace: string;
  readonly pod: string;
  /** Why it cannot be told. */
  readonly why: string;
}

export interface ReportedGpu {
  readonly uuid: string;
  /** Of a MIG instance; empty for a whole GPU. */
  readonly migId: string;
  /** Where it is said to be; several are a mistake. */
  readonly nodes: readonly string[];
  /** Targets that have values of it. */
  readonly reportedBy: readonly string[];
  readonly owners: readonly GpuOwner[];
  readonly candidates: readonly GpuCandidate[];
}

export interface GpuReport {
  readonly targets: readonly ReportedTarget[];
  readonly gpus: readonly ReportedGpu[];
}

/** Never rejects for a target that cannot be read: its error is in the report. */
export async function readGpuReport(settings: Settings, { version, stop }: { version: string; stop: AbortSignal }): Promise<GpuReport> {
  const clock = systemClock();
  const source = createTargetSource({ config: settings.config, clock, log: silentLog, version });
  const plimsoll = wire({ settings, clock, log: silentLog, meter: nullMeter, fetch: source.fetch });
  const read = async (target: Target): Promise<readonly [Target, FetchResult]> => {
    const signal = AbortSignal.any([stop, AbortSignal.timeout(target.timeoutMs)]);
    const result = await source.fetch(target, signal);
    return [target, result.kind === 'body' ? { ...result, bytes: result.bytes.slice() } : result];
  };
  try {
    const answers = await Promise.all(settings.targets.map(read));
    const ingest = ([target, result]: readonly [Target, FetchResult]): ReportedTarget =>
      reported(plimsoll, { target, result, nowMs: clock.nowMs() });
    // What one target says of a GPU may tell whose another's is, in whatever order they are read.
    for (const answer of answers) ingest(answer);
    const targets = answers.map(ingest);
    return { targets, gpus: await gpusOf(plimsoll, clock.nowMs()) };
  } finally {
    await source.close();
  }
}

function reported({ ingest }: Plimsoll, { target, result, nowMs }: { target: Target; result: FetchResult; nowMs: number }): ReportedTarget {
  const about = { instance: said(target.labels, 'instance'), source: target.source };
  if (result.kind === 'failed') return { ...about, error: result.error.message, warnings: [] };
  const outcome = ingest.ingest(target, result.bytes, nowMs);
  return outcome.kind === 'failed' ? { ...about, error: outcome.error.message, warnings: [] } : { ...about, warnings: outcome.warnings };
}

type OpenGpu = { readonly [Key in keyof ReportedGpu]: ReportedGpu[Key] extends readonly (infer Item)[] ? Item[] : ReportedGpu[Key] };

async function gpusOf({ engine }: Plimsoll, timeMs: number): Promise<ReportedGpu[]> {
  const ask = async (expr: string): Promise<readonly Labels[]> => {
    const result = await engine.instant({ expr, timeMs });
    return result.kind === 'vector' ? result.series.map(({ labels }) => labels) : [];
  };
  const names = CANONICAL_SERIES.map(({ name }) => name).join('|');
  const [values, owners, candidates] = await Promise.all([
    ask(`max by (uuid, mig_id, node, instance) ({__name__=~"${names}",uuid!=""})`),
    ask('gpu_owner'),
    ask('gpu_owner_candidate'),
  ]);
  const gpus = new Map<string, OpenGpu>();
  const gpuOf = (labels: Labels): OpenGpu => {
    const gpu = { uuid: said(labels, 'uuid'), migId: said(labels, 'mig_id'), nodes: [], reportedBy: [], owners: [], candidates: [] };
    const known = gpus.get(idOf(gpu)) ?? gpu;
    gpus.set(idOf(gpu), known);
    return known;
  };
  for (const labels of values) {
    const { reportedBy, nodes } = gpuOf(labels);
    addNew(reportedBy, said(labels, 'instance'));
    addNew(nodes, said(labels, 'node'));
  }
  for (const labels of owners) {
    gpuOf(labels).owners.push({ ...podOf(labels), container: said(labels, 'container'), evidence: said(labels, 'evidence') });
  }
  for (const labels of candidates) gpuOf(labels).candidates.push({ ...podOf(labels), why: said(labels, 'why') });
  return [...gpus.values()].map(sorted).sort((a, b) => idOf(a).localeCompare(idOf(b), 'en', { numeric: true }));
}

/** The same whatever the order of the targets. */
function sorted(gpu: ReportedGpu): ReportedGpu {
  const byPod = (a: PodLabels, b: PodLabels): number => podText(a).localeCompare(podText(b), 'en');
  return {
    ...gpu,
    nodes: gpu.nodes.toSorted(),
    reportedBy: gpu.reportedBy.toSorted(),
    owners: gpu.owners.toSorted(byPod),
    candidates: gpu.candidates.toSorted(byPod),
  };
}

function idOf({ uuid, migId }: Pick<ReportedGpu, 'uuid' | 'migId'>): string {
  return `${uuid}/${migId}`;
}

type PodLabels = Pick<GpuOwner, 'namespace' | 'pod'>;

function podText({ namespace, pod }: PodLabels): string {
  return `${namespace}/${pod}`;
}

function podOf(labels: Labels): PodLabels {
  return { namespace: said(labels, 'namespace'), pod: said(labels, 'pod') };
}

function said(labels: Labels, name: string): string {
  return labels.get(name) ?? '';
}

function addNew(texts: string[], text: string): void {
  if (text !== '' && !texts.includes(text)) texts.push(text);
}
