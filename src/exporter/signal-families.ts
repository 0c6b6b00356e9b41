// The signals of every pod known, as gauges for Prometheus.
import { setImmediate } from 'node:timers/promises';
import type { Sample } from '../exposition/line.ts';
import type { WrittenFamily } from '../exposition/write.ts';
import { labelsOf, METRIC_NAME } from '../model/labels.ts';
import type { Pod } from '../model/pod.ts';
import { QueryError } from '../model/query-engine.ts';
import type { SignalInfo } from '../model/signal.ts';
import { type AnsweredPod, coverageByNamespace } from './pod-coverage.ts';
import type { SignalSources } from './signal-sources.ts';
import { workloadFamilies } from './workload-families.ts';

const COVERAGE = 'plimsoll_signal_coverage_ratio';

/** A family for each signal, without the pods whose value is not known, and one that says how many of the pods are in it. */
export async function signalFamilies(sources: SignalSources): Promise<readonly WrittenFamily[]> {
  const parts = partsOf(sources.inventory().allPods());
  const families: WrittenFamily[] = [];
  const coverage: Sample[] = [];
  for (const info of sources.signals.list()) {
    if (info.ofWorkloads === true) {
      families.push(...(await workloadFamilies(info, sources)));
      continue;
    }
    const answers = await answersAbout(parts, info, sources);
    families.push(signalFamily(info, answers));
    for (const [namespace, value] of coverageByNamespace(answers)) {
      coverage.push({ labels: labelsOf({ [METRIC_NAME]: COVERAGE, signal: info.name, namespace }), value });
    }
  }
  const help = 'Share of the pods that should have a value of the signal and do.';
  return [...families, { name: COVERAGE, help, type: 'gauge', samples: coverage }];
}

/** A signal of so many pods takes some ten milliseconds: no autoscaler should wait longer for its answer. */
const MOST_AT_ONCE = 1000;

/** One at least, which may be empty: a signal that cannot be computed shows without pods too. */
function partsOf(pods: readonly Pod[]): readonly (readonly Pod[])[] {
  const parts = [pods.slice(0, MOST_AT_ONCE)];
  for (let from = MOST_AT_ONCE; from < pods.length; from += MOST_AT_ONCE) parts.push(pods.slice(from, from + MOST_AT_ONCE));
  return parts;
}

/** A signal that cannot be computed costs only itself. */
async function answersAbout(
  parts: readonly (readonly Pod[])[],
  { name }: SignalInfo,
  { signals, failures, log }: SignalSources,
): Promise<readonly AnsweredPod[]> {
  const all: AnsweredPod[] = [];
  try {
    for (const pods of parts) {
      const answers = await signals.ofPods({ signal: name, pods, metricSelector: [] });
      for (const [at, pod] of pods.entries()) {
        const answer = answers[at]?.answer;
        if (answer !== undefined) all.push({ pod, answer });
      }
      await setImmediate();
    }
    return all;
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    failures.add(1, { signal: name });
    log.debug({ signal: name, err: error }, 'signal left out of the metrics page');
    return [];
  }
}

function signalFamily(info: SignalInfo, answers: readonly AnsweredPod[]): WrittenFamily {
  const name = `plimsoll_${info.name}`;
  const samples: Sample[] = [];
  for (const { pod, answer } of answers) {
    if (answer.kind === 'absent') continue;
    samples.push({ labels: labelsOf({ [METRIC_NAME]: name, namespace: pod.namespace, pod: pod.name }), value: answer.value });
  }
  return { name, help: `${info.help} Unit: ${info.unit}.`, type: 'gauge', samples };
}
