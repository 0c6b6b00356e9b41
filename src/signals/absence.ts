// Why a pod has no number, in words for the person who asked.
import { type Pod, podKey } from '../model/pod.ts';
import type { Absent, AbsentReason } from '../model/signal.ts';
import { isLive, type TargetStatus } from '../model/target.ts';
import type { SignalRow } from './catalogue.ts';
import type { Unknown } from './missed.ts';

export function absent(reason: AbsentReason, detail: string): Absent {
  return { kind: 'absent', reason, detail };
}

export function noTarget(pod: Pod, row: SignalRow): Absent {
  if (row.source === 'kubelet') return noKubelet(pod);
  const source = SERVERS[row.source];
  const change = `add its ${source} target to scrape_configs with the labels namespace and pod`;
  return absent('no-target', `no target of source ${source} belongs to pod ${podKey(pod)}${WITHOUT[row.source] ?? ''}; ${change}`);
}

const SERVERS: Readonly<Record<SignalRow['source'], string>> = {
  triton: 'triton',
  dcgm: 'dcgm',
  kubelet: 'kubelet',
  llm: 'llm',
  inference: 'triton or llm',
};
const WITHOUT: Readonly<Partial<Record<SignalRow['source'], string>>> = { llm: ', and no Triton of it says families of an engine' };

export function notYetReady(pod: Pod): Absent {
  return absent('not-ready', `pod ${podKey(pod)} starts: it was never ready, so it has no load yet; see its readiness probe`);
}

function noKubelet(pod: Pod): Absent {
  const node = pod.node === undefined ? `the node of pod ${podKey(pod)} is not known` : `pod ${podKey(pod)} runs on node ${pod.node}`;
  const change = 'add the kubelet of its node to scrape_configs with source: kubelet and the label node';
  return absent('no-target', `${node}, and no target of source kubelet has that label node; ${change}`);
}

/** Why nothing may be read from a target now; undefined when it is live. */
export function unreadable(status: TargetStatus, atMs: number): Absent | undefined {
  if (isLive(status, atMs)) return undefined;
  const { lastError, lastAttemptMs, lastSuccessMs, target } = status;
  const name = nameOf(status);
  if (lastError !== undefined) {
    return absent('failed', `last scrape of ${name} failed ${secondsAgo(lastAttemptMs ?? atMs, atMs)}: ${lastError.message}`);
  }
  const every = `every ${seconds(target.intervalMs)}`;
  if (lastSuccessMs === undefined) return absent('no-data', `${name} is not scraped yet; it is read ${every}: ask again then`);
  const age = secondsAgo(lastSuccessMs, atMs);
  return absent('stale', `last scrape of ${name} ended ${age}, though it is due ${every}; see whether Plimsoll is short of CPU`);
}

/** After Plimsoll's own start: `knownMs` of `windowMs` of the counters are known, `leftMs` are to wait for. */
export function warmingUp(status: TargetStatus, known: { knownMs: number; windowMs: number; leftMs: number }): Absent {
  const share = `${Math.floor(known.knownMs / 1000)} of ${seconds(known.windowMs)}`;
  return absent('warming-up', `warming up: ${share} read from ${nameOf(status)}; ask again in ${Math.ceil(known.leftMs / 1000)} s`);
}

/** Readings were missed, and the window of a rate cannot do without them at `atMs`. */
export function missedReadings(
  status: TargetStatus,
  { gap, toMs, row, atMs, windowMs }: Unknown & { readonly row: SignalRow; readonly atMs: number; readonly windowMs: number },
): Absent {
  const between = `from ${timeOfDay(gap.fromMs)} to ${timeOfDay(gap.toMs)} UTC`;
  const missed = `${row.window === 'statistics' ? 'statistics' : 'scrapes'} of ${nameOf(status)} were missed ${between}`;
  const lost = gap.lostUntilMs === undefined ? '' : ', in which it began to count anew, and what it had counted is lost';
  const knownMs = atMs - (gap.lostUntilMs ?? gap.toMs);
  const share = `${Math.floor(knownMs / 1000)} of ${seconds(windowMs)} are known`;
  return absent('warming-up', `warming up: ${missed}${lost}: ${share}; ask again in ${Math.ceil((toMs - atMs) / 1000)} s`);
}

const GAP_REASONS: Readonly<Partial<Record<string, AbsentReason>>> = {
  'not-ready': 'not-ready',
  'old-samples': 'stale',
  'llm-frozen': 'stale',
};

/** The targets are live, and what the signal is made of is not there: for a reason that one of them is known to have, if there is one. */
export function seriesMissing(row: SignalRow, targets: readonly TargetStatus[] = []): Absent {
  const warnings = targets.flatMap((status) => status.warnings);
  for (const gap of row.gaps) {
    const known = warnings.find(({ code }) => code === gap);
    if (known !== undefined) return absent(GAP_REASONS[gap] ?? 'no-data', `${row.name} is not known: ${known.message}`);
  }
  return absent('no-data', `series missing: ${row.name} needs ${row.needs}`);
}

export function noGpu(): Absent {
  const change = 'run DCGM exporter on its node with DCGM_EXPORTER_KUBERNETES=true';
  return absent('no-data', `no GPU is known to belong to it: no exporter names it as owner, and its Triton names no GPU; ${change}`);
}

export function undefinedRatio(row: SignalRow): Absent {
  return absent('undefined-ratio', `${row.name} is 0 ÷ 0: nothing happened in its window; it has a value again with the next request`);
}

export function noSkew(detail: string): Absent {
  return absent('undefined-ratio', `load skew is not defined: ${detail}`);
}

export function notFinite(row: SignalRow, value: number): Absent {
  return absent(
    'not-finite',
    `${row.name} comes out as ${value}, which no autoscaler can follow; see what the target says with plimsoll inspect`,
  );
}

/** The label `instance`: a URL could hold credentials. */
function nameOf({ target }: TargetStatus): string {
  return target.labels.get('instance') ?? target.job;
}

function timeOfDay(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(11, 19);
}

function secondsAgo(thenMs: number, nowMs: number): string {
  return `${Math.max(0, Math.round((nowMs - thenMs) / 1000))} s ago`;
}

function seconds(durationMs: number): string {
  return `${durationMs / 1000} s`;
}
