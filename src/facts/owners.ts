// gpu_owner: whose GPU it is, by the pod labels that DCGM exporter gives its lines.
import type { Fact, Warning } from '../model/fact.ts';
import { gpuIdentityOf } from '../model/gpu-identity.ts';
import { type Labels, labelsKey, labelsOf, METRIC_NAME } from '../model/labels.ts';
import type { Line } from '../model/line.ts';

const GPU_OWNER = 'gpu_owner';

/** How exporters name a pod; the option `-o` appends `_name`. */
const NAMINGS = [
  { namespace: 'namespace', pod: 'pod', container: 'container' },
  { namespace: 'pod_namespace', pod: 'pod_name', container: 'container_name' },
];

/**
 * Where a scrape's target has a label too, the line's was moved to `exported_<name>`, each label for itself:
 * by a Prometheus in between, or by our own reading. The plain one is then the target's.
 */
function saidOf(labels: Labels, name: string): string | undefined {
  return labels.get(`exported_${name}`) || labels.get(name);
}

/** One fact per GPU (or MIG instance) and container that holds it, with value 1. The exporter's own pod is never an owner. */
export function ownerFacts(said: { lines: Iterable<Line>; targetLabels: Labels }): { facts: Fact[]; warnings: Warning[] } {
  const facts = new Map<string, Fact>();
  let gpus = false;
  let podLabels = false;
  for (const { labels } of said.lines) {
    const { uuid, migId } = gpuIdentityOf(labels);
    if (uuid === undefined) continue;
    gpus = true;
    podLabels ||= NAMINGS.some((naming) => saidOf(labels, naming.pod) !== undefined);
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
    const namespace = saidOf(labels, naming.namespace);
    const pod = saidOf(labels, naming.pod);
    if (!namespace || !pod || isExporter({ namespace, pod }, targetLabels)) continue;
    const evidence = labels.get(`exported_${naming.pod}`) ? 'exported-labels' : 'exporter-labels';
    return { namespace, pod, container: saidOf(labels, naming.container) ?? '', evidence };
  }
  return undefined;
}

function isExporter(owner: { readonly namespace: string; readonly pod: string }, targetLabels: Labels): boolean {
  return owner.pod === targetLabels.get('pod') && owner.namespace === (targetLabels.get('namespace') ?? owner.namespace);
}
