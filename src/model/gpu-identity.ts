// What tells one GPU, or one MIG instance of it, from another in what an exporter says, and where it is.
import type { Labels } from './labels.ts';

export interface GpuIdentity {
  /** The device; MIG instances carry their parent's. Undefined when the line names none. */
  readonly uuid: string | undefined;
  /** Instance number, counted per device; undefined for a whole device. */
  readonly migId: string | undefined;
}

/**
 * Reads DCGM exporter's labels: `UUID`, or `uuid` when it runs with its old namespace, and `GPU_I_ID`. Empty is absent.
 * Undefined for a line about a MIG instance that does not say which one: its value is not the board's.
 */
export function gpuIdentityOf(labels: Labels): GpuIdentity | undefined {
  const migId = labels.get('GPU_I_ID') || undefined;
  if (labels.get('GPU_I_PROFILE') && migId === undefined) return undefined;
  return { uuid: labels.get('UUID') || labels.get('uuid') || undefined, migId };
}

/** The host that a line names: `Hostname`, since exporter 4.8.3 `hostname`. */
export function hostOf(labels: Labels): string | undefined {
  return labels.get('Hostname') || labels.get('hostname') || undefined;
}

// Exporters in a pod have its name for a host unless they are told the node's, and some are asked through loopback.
const NO_NODE = /dcgm-exporter|^localhost$|^127\.|^::1$/;

/** The host that a line names, where it is a node: not the exporter's own pod, and no loopback. */
export function nodeNamed(labels: Labels, targetLabels: Labels): string | undefined {
  const host = hostOf(labels);
  return host === undefined || host === targetLabels.get('pod') || NO_NODE.test(host) ? undefined : host;
}
