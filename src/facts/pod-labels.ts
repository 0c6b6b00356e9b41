// The pod that a line of DCGM exporter names as holder of its GPU.
import type { Labels } from '../model/labels.ts';
import { type PodRef, podKey } from '../model/pod.ts';

/** How exporters name a pod; the option `-o` appends `_name`. */
const NAMINGS = [
  { namespace: 'namespace', pod: 'pod', container: 'container' },
  { namespace: 'pod_namespace', pod: 'pod_name', container: 'container_name' },
];

export interface LabelledOwner extends PodRef {
  readonly container: string;
  readonly evidence: 'exporter-labels' | 'exported-labels';
}

/**
 * Where a scrape's target has a label too, the line's was moved to `exported_<name>`, each label for itself:
 * by a Prometheus in between, or by our own reading. The plain one is then the target's.
 */
function saidOf(labels: Labels, name: string): string | undefined {
  return labels.get(`exported_${name}`) || labels.get(name);
}

/** True when the line names a pod, with its namespace or without. Empty labels are absent ones: the reader drops them. */
export function namesPod(labels: Labels): boolean {
  return NAMINGS.some((naming) => Boolean(saidOf(labels, naming.pod)));
}

/** Empty labels are absent ones: the exporter prints them for a GPU that no pod holds. */
export function labelledOwner(labels: Labels): LabelledOwner | undefined {
  for (const naming of NAMINGS) {
    const namespace = saidOf(labels, naming.namespace);
    const name = saidOf(labels, naming.pod);
    if (!namespace || !name) continue;
    const evidence = labels.get(`exported_${naming.pod}`) ? 'exported-labels' : 'exporter-labels';
    return { namespace, name, container: saidOf(labels, naming.container) ?? '', evidence };
  }
  return undefined;
}

/** The pod whose labels pushed those of the workload aside, where a line has both: the exporter's. */
export function pushingPod(labels: Labels): PodRef | undefined {
  const namespace = labels.get('namespace');
  const name = labels.get('pod');
  return labels.get('exported_pod') && namespace && name ? { namespace, name } : undefined;
}

export interface OwnerContext {
  /** Labels of the target. */
  readonly own: Labels;
  /** Every GPU names the same pod. */
  readonly isOnlyPod: boolean;
  /** Keys of the pods that pushed others aside on some line. */
  readonly pushing: ReadonlySet<string>;
  readonly host: string | undefined;
}

/**
 * Whether the named pod is the exporter's own, which a Prometheus or a pod monitor in between wrote over the workload's.
 * Its name is the target's pod, or the host (the name of its pod inside a pod), or that of a pod that pushed others aside on other lines;
 * or it says dcgm-exporter, where that is all any line names or where others were pushed aside.
 */
export function isExporter(owner: LabelledOwner, { own, isOnlyPod, pushing, host }: OwnerContext): boolean {
  if (owner.name === own.get('pod')) return owner.namespace === (own.get('namespace') ?? owner.namespace);
  if (owner.name === host) return true;
  if (owner.evidence === 'exported-labels') return false;
  if (pushing.has(podKey(owner))) return true;
  return ((isOnlyPod && !own.get('pod')) || pushing.size > 0) && owner.name.includes('dcgm-exporter');
}
