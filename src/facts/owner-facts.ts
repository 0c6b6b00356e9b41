// The facts about owners, as series with value 1.
import type { Fact } from '../model/fact.ts';
import { labelsOf, METRIC_NAME } from '../model/labels.ts';
import type { PodRef } from '../model/pod.ts';
import type { FactName } from './names.ts';

/** A GPU, or a MIG instance of it. */
interface Gpu {
  readonly uuid: string;
  readonly migId: string | undefined;
}

export type Evidence = 'exporter-labels' | 'exported-labels' | 'triton-uuid' | 'only-gpu-pod';

export interface Owner extends PodRef {
  readonly container: string;
  readonly evidence: Evidence;
  /** Pods that hold the GPU; each has the whole device's values. */
  readonly shared: number;
}

/** A pod that holds a GPU. An empty container hides that of the target. */
export function ownerFact(gpu: Gpu, { namespace, name, container, evidence, shared }: Owner): Fact {
  const labels = { ...named('gpu_owner', gpu), namespace, pod: name, container, evidence };
  return { labels: labelsOf(shared > 1 ? { ...labels, shared: String(shared) } : labels), value: 1 };
}

/** A pod that may hold a GPU, and why nobody can tell. */
export function candidateFact(gpu: Gpu, { namespace, name, why }: PodRef & { readonly why: string }): Fact {
  return { labels: labelsOf({ ...named('gpu_owner_candidate', gpu), namespace, pod: name, container: '', why }), value: 1 };
}

function named(name: FactName, { uuid, migId }: Gpu): Record<string, string> {
  return { [METRIC_NAME]: name, uuid, ...(migId === undefined ? {} : { mig_id: migId }) };
}
