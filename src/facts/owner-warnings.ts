// Why an owner cannot be told, and what is odd about owners, in words.
import { quote } from '../lib/quote.ts';
import type { Warning } from '../model/fact.ts';
import { type PodRef, podKey } from '../model/pod.ts';

interface Gpu {
  readonly uuid: string;
}

export const NO_POD_LABELS: Warning = {
  code: 'no-pod-labels',
  message: 'no line names the pod that holds its GPU: its values belong to no pod; run DCGM exporter with DCGM_EXPORTER_KUBERNETES=true',
};

const SHOWN_PODS = 5;

/** Several pods of a node may hold a GPU. */
export function manyPods(node: string, pods: readonly PodRef[]): string {
  const shown = pods.map(podKey).sort().slice(0, SHOWN_PODS).join(', ');
  const more = pods.length > SHOWN_PODS ? ` and ${pods.length - SHOWN_PODS} more` : '';
  return `the exporter of node ${node} names no pods, and ${pods.length} pods there serve Triton: ${shown}${more}; run DCGM exporter with DCGM_EXPORTER_KUBERNETES=true`;
}

/** One board, cut in slices. */
export function manySlices({ uuid }: Gpu, slices: number): string {
  return `its Triton runs on ${uuid}, which has ${slices} MIG instances, and no line names the pod of one; run DCGM exporter with DCGM_EXPORTER_KUBERNETES=true`;
}

/** One UUID at two places: virtual machines that were cloned, or a GPU that moved while an exporter lags. */
export function manyNodes({ uuid }: Gpu, nodes: readonly string[]): string {
  return `${uuid} is reported on the nodes ${nodes.join(', ')}, and its values cannot be told apart; stop one exporter, or give each GPU a UUID of its own`;
}

export function onTwoNodes(gpu: Gpu, nodes: readonly string[]): Warning {
  return { code: 'uuid-on-two-nodes', message: `${manyNodes(gpu, nodes)}; it belongs to no pod until then` };
}

export function reportedTwice(instances: readonly string[]): Warning {
  const message = `GPUs of this exporter are also reported by ${instances.map(quote).join(', ')}: each counts once, with the larger value; stop one of the exporters`;
  return { code: 'gpu-reported-twice', message };
}

export function contradicted({ uuid }: Gpu, pods: readonly PodRef[]): Warning {
  const message = `labels give ${uuid} to ${pods.map(podKey).join(', ')}, whose Triton runs on another GPU: not believed; labels lag behind for the exporter's collect interval`;
  return { code: 'owner-contradicted', message };
}
