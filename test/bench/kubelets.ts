// The kubelets of the signals' benchmark: one for each node, which looks at its pods at its own pace.
import { type Fact, NODE_CPU_CORES } from '../../src/model/fact.ts';
import { labelsOf, METRIC_NAME } from '../../src/model/labels.ts';
import { NAMESPACE, podName } from './fleet.ts';

/** Between two samples: what cAdvisor takes for busy containers, on average. */
const PAUSE_MS = 15_000;
const MEBIBYTE = 1024 * 1024;

export const CORES: readonly Fact[] = [{ labels: labelsOf({ [METRIC_NAME]: NODE_CPU_CORES }), value: 64 }];

/** A number that a kubelet says, under the raw and the canonical name of its series. */
interface Said {
  readonly raw: string;
  readonly canonical: string;
  /** Without braces. */
  readonly labels: string;
  readonly value: (takenMs: number) => number;
}

/** When the samples were taken that the kubelet of a node says at an instant. */
export function takenMs(node: number, atMs: number): number {
  return atMs - ((atMs + node * 1000) % PAUSE_MS);
}

export function kubeletText(node: number, { atMs, pods }: { atMs: number; pods: readonly number[] }): string {
  const taken = takenMs(node, atMs);
  return saidBy(pods)
    .map(({ raw, labels, value }) => `${raw}{${labels}} ${value(taken)} ${taken}\n`)
    .join('');
}

/** Every number of a node, with which `pods` run on it. Of the time only what a benchmark takes is counted, so that numbers stay small. */
export function saidBy(pods: readonly number[]): readonly Said[] {
  const seconds = (atMs: number): number => (atMs % 1e8) / 1000;
  const ofPods = pods.flatMap((pod): Said[] => {
    const labels = `namespace="${NAMESPACE}",pod="${podName(pod)}"`;
    return [
      { raw: 'pod_cpu_usage_seconds_total', canonical: 'pod_cpu_used_seconds_total', labels, value: (at) => seconds(at) * (1 + (pod % 7)) },
      {
        raw: 'pod_memory_working_set_bytes',
        canonical: 'pod_memory_used_bytes',
        labels,
        value: (at) => (500 + pod + (at % 17)) * MEBIBYTE,
      },
    ];
  });
  const cpu = { raw: 'node_cpu_usage_seconds_total', canonical: 'node_cpu_used_seconds_total', labels: '' };
  return [...ofPods, { ...cpu, value: (at) => seconds(at) * 40 }];
}
