// gpu_owner: whose GPU it is, by the pod labels that DCGM exporter gives its lines.
import type { Fact, Warning } from '../model/fact.ts';
import { gpuIdentityOf } from '../model/gpu-identity.ts';
import { type Labels, labelsKey, labelsOf, METRIC_NAME } from '../model/labels.ts';
import type { Line } from '../model/line.ts';

const GPU_OWNER = 'gpu_owner';

interface Naming {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly evidence: string;
}

/**
 * How exporters name a pod, the surest first: a Prometheus in between moves the GPU's pod to `exported_*`,
 * and the plain labels are then its target's; the option `-o` appends `_name`.
 */
const NAMINGS: readonly Naming[] = [
  { namespace: 'exported_namespace', pod: 'exported_pod', container: 'exported_container', evidence: 'exported-labels' },
  { namespace: 'namespace', pod: 'pod', container: 'container', evidence: 'exporter-labels' },
  { namespace: 'pod_namespace', pod: 'pod_name', container: 'container_name', evidence: 'exporter-labels' },
];

/** One fact per GPU (or MIG instance) and container that holds it, with value 1. The exporter's own pod is never an owner. */
export function ownerFacts(said: { lines: Iterable<Line>; targetLabels: Labels }): { facts: Fact[]; warnings: Warning[] } {
  const facts = new Map<string, Fact>();
  let gpus = false;
  let podLabels = false;
  for (const { labels } of said.lines) {
    const { uuid, migId } = gpuIdentityOf(labels);
    if (uuid === undefined) continue;
    gpus = true;
    podLabels ||= NAMINGS.some((naming) => labels.has(naming.pod));
    const owner = ownerOf(labels, said.targetLabels);
    if (owner === undefined) continue;
    const fact = labelsOf({ [METRIC_NAME]: GPU_OWNER, uuid, ...(migId === undefined ? {} : { mig_id: migId }), ...owner });
    facts.set(labelsKey(fact), { labels: fact, value: 1 });
  }
  return { facts: [...facts.values()], warnings: gpus && !podLabels ? [NO_POD_LABELS] : [] };
}

const NO_POD_LABELS: Warning = {
  code: 'no-pod-labels',
  message: 'no line names the pod that holds its GPU: its values belong to no pod; run DCGM exporter with DCGM_EXPORTER_KUBERNETES=true',
};

type Owner = Readonly<Record<'namespace' | 'pod' | 'container' | 'evidence', string>>;

/** Empty labels are absent ones: the exporter prints them for a GPU that no pod holds. */
function ownerOf(labels: Labels, targetLabels: Labels): Owner | undefined {
  for (const naming of NAMINGS) {
    const namespace = labels.get(naming.namespace);
    const pod = labels.get(naming.pod);
    if (!namespace || !pod || isExporter({ namespace, pod }, targetLabels)) continue;
    return { namespace, pod, container: labels.get(naming.container) ?? '', evidence: naming.evidence };
  }
  return undefined;
}

function isExporter(owner: { readonly namespace: string; readonly pod: string }, targetLabels: Labels): boolean {
  return owner.pod === targetLabels.get('pod') && owner.namespace === (targetLabels.get('namespace') ?? owner.namespace);
}
