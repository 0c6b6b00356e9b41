// The book of targets as one question sees it: which are live now, and whose pod each one is.
import { type PodRef, podKey } from '../model/pod.ts';
import { isLive, type SourceName, type TargetBook, type TargetStatus } from '../model/target.ts';

export interface TargetView {
  readonly atMs: number;
  /** Ids of all live targets, whatever their source. */
  readonly liveIds: ReadonlySet<string>;
  /** Every target of the source asked about. */
  readonly ofSource: readonly TargetStatus[];
  /** Those of them whose labels name the pod. */
  ofPod(pod: PodRef): readonly TargetStatus[];
}

export function viewTargets(book: TargetBook, { source, atMs }: { source: SourceName; atMs: number }): TargetView {
  const liveIds = new Set<string>();
  const ofSource: TargetStatus[] = [];
  const byPod = new Map<string, TargetStatus[]>();
  for (const status of book.all()) {
    if (isLive(status, atMs)) liveIds.add(status.target.id);
    if (status.target.source !== source) continue;
    ofSource.push(status);
    const key = podOfTarget(status);
    const siblings = byPod.get(key);
    if (siblings === undefined) byPod.set(key, [status]);
    else siblings.push(status);
  }
  return { atMs, liveIds, ofSource, ofPod: (pod) => byPod.get(podKey(pod)) ?? [] };
}

/** A target without a pod gets a key that no pod has: pods have names. */
function podOfTarget({ target }: TargetStatus): string {
  return podKey({ namespace: target.labels.get('namespace') ?? '', name: target.labels.get('pod') ?? '' });
}
