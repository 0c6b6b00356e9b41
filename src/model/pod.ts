// Pods as Plimsoll knows them, and sets of them that an engine can ask.
import type { Labels } from './labels.ts';

export interface PodRef {
  readonly namespace: string;
  readonly name: string;
}

export interface Pod extends PodRef {
  readonly labels: Labels;
  readonly node?: string;
  readonly ready: boolean;
  /** It was never ready: it has no load yet, whatever its server says. */
  readonly starting?: boolean;
  /** When it last became ready; undefined when that is not known (static targets). */
  readonly readySinceMs?: number;
  /** When it started; undefined when that is not known. */
  readonly startedMs?: number;
}

/** `namespace/name`, which neither part can contain twice: DNS names have no slash. */
export function podKey(pod: PodRef): string {
  return `${pod.namespace}/${pod.name}`;
}

/** The pods a question is about. */
export interface PodSet {
  readonly pods: readonly PodRef[];
  has(namespace: string, name: string): boolean;
}

export function podSetOf(pods: readonly PodRef[]): PodSet {
  const keys = new Set(pods.map(podKey));
  return { pods, has: (namespace, name) => keys.has(`${namespace}/${name}`) };
}
