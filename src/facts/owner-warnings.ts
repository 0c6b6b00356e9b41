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

/** Several pods of a node may hold a GPU. Whoever may ask about one of them reads this, so it names none of the others. */
export function manyPods(node: string, pods: number): string {
  return `the exporter of node ${node} names no pods, and ${pods} pods there serve Triton; run DCGM exporter with DCGM_EXPORTER_KUBERNETES=true`;
}

/** One board, cut in slices. */
export function manySlices({ uuid }: Gpu, slices: number): string {
  return `its Triton runs on ${uuid}, which has ${slices} MIG instances, and no line names the pod of one; run DCGM exporter with DCGM_EXPORTER_KUBERNETES=true`;
}

/** One UUID at two places: virtual machines that were cloned, or a GPU that moved while an exporter lags. Askers about a pod need not know the nodes. */
export function manyNodes({ uuid }: Gpu, nodes: readonly string[]): string {
  return onSeveral(uuid, `${nodes.length} nodes`);
}

function onSeveral(uuid: string, nodes: string): string {
  return `${uuid} is reported on ${nodes}, and its values cannot be told apart; stop one exporter, or give each GPU a UUID of its own`;
}

export function onTwoNodes({ uuid }: Gpu, nodes: readonly string[]): Warning {
  return { code: 'uuid-on-two-nodes', message: `${onSeveral(uuid, `the nodes ${nodes.join(', ')}`)}; it belongs to no pod until then` };
}

export function reportedTwice(instances: readonly string[]): Warning {
  const message = `GPUs of this exporter are also reported by ${instances.map(quote).join(', ')}: each counts once, with the larger value; stop one of the exporters`;
  return { code: 'gpu-reported-twice', message };
}

export function contradicted({ uuid }: Gpu, pods: readonly PodRef[]): Warning {
  const message = `labels give ${uuid} to ${pods.map(podKey).join(', ')}, whose Triton runs on another GPU: not believed; labels lag behind for the exporter's collect interval`;
  return { code: 'owner-contradicted', message };
}
