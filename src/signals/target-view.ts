// The book of targets as one question sees it: which are live now, and whose pod each one is.
import { type PodRef, podKey } from '../model/pod.ts';
import { isLive, type SourceName, type Target, type TargetBook, type TargetStatus } from '../model/target.ts';

export interface TargetView {
  readonly atMs: number;
  /** Ids of all live targets, whatever their source. */
  readonly liveIds: ReadonlySet<string>;
  /** Every target of the source asked about. */
  readonly ofSource: readonly TargetStatus[];
  /** Those of them whose labels name the pod. */
  ofPod(pod: PodRef): readonly TargetStatus[];
}

/** What views of one book leave for the next one: thousands of targets are mostly as they were a moment ago. */
export class ViewMemory {
  #liveIds: ReadonlySet<string> = new Set();
  readonly #podKeys = new WeakMap<Target, string>();

  /** The set given last time in place of an equal one, so that an engine knows it again. */
  steady(liveIds: ReadonlySet<string>): ReadonlySet<string> {
    const last = this.#liveIds;
    const isSame = liveIds.size === last.size && [...liveIds].every((id) => last.has(id));
    if (!isSame) this.#liveIds = liveIds;
    return this.#liveIds;
  }

  /** A target without a pod gets a key that no pod has: pods have names. */
  podOf(target: Target): string {
    const known = this.#podKeys.get(target);
    if (known !== undefined) return known;
    const key = podKey({ namespace: target.labels.get('namespace') ?? '', name: target.labels.get('pod') ?? '' });
    this.#podKeys.set(target, key);
    return key;
  }
}

export function viewTargets(
  book: TargetBook,
  { source, atMs, memory = new ViewMemory() }: { source: SourceName; atMs: number; memory?: ViewMemory },
): TargetView {
  const liveIds = new Set<string>();
  const ofSource: TargetStatus[] = [];
  const byPod = new Map<string, TargetStatus[]>();
  for (const status of book.all()) {
    if (isLive(status, atMs)) liveIds.add(status.target.id);
    if (status.target.source !== source) continue;
    ofSource.push(status);
    const key = memory.podOf(status.target);
    const siblings = byPod.get(key);
    if (siblings === undefined) byPod.set(key, [status]);
    else siblings.push(status);
  }
  return { atMs, liveIds: memory.steady(liveIds), ofSource, ofPod: (pod) => byPod.get(podKey(pod)) ?? [] };
}
