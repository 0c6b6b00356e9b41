// The book of targets as questions see it: which are live now, and whose pod each one is.
import { type PodRef, podKey } from '../model/pod.ts';
import { isLive, type SourceName, type TargetBook, type TargetStatus } from '../model/target.ts';

export interface TargetView {
  /** Ids of all live targets, whatever their source. */
  readonly liveIds: ReadonlySet<string>;
  /** Every target of a source, each as it is now. */
  ofSource(source: SourceName): readonly TargetStatus[];
  /** Those of them whose labels name the pod. */
  ofPod(source: SourceName, pod: PodRef): readonly TargetStatus[];
  /** Those of them whose labels name the node; none for a node that is not known. */
  ofNode(source: SourceName, node: string | undefined): readonly TargetStatus[];
}

/** Views of one book. Thousands of targets are mostly as they were a moment ago, so most questions share one. */
export class TargetViews {
  readonly #book: TargetBook;
  #view: TargetView;
  #version = Number.NaN;
  /** The instant for which it was made. */
  #atMs = Number.POSITIVE_INFINITY;

  constructor(book: TargetBook) {
    this.#book = book;
    this.#view = viewOf(book, new Set());
  }

  /** The same object as long as no target comes, goes, fails, recovers or falls behind, and none has other warnings. */
  at(atMs: number): TargetView {
    const isSameBook = this.#version === this.#book.version;
    if (isSameBook && atMs >= this.#atMs && atMs <= this.#book.firstOverdueMs) return this.#view;
    const live = new Set<string>();
    for (const status of this.#book.all()) if (isLive(status, atMs)) live.add(status.target.id);
    const isSameLive = isSameSet(live, this.#view.liveIds);
    if (!isSameBook || !isSameLive) this.#view = viewOf(this.#book, isSameLive ? this.#view.liveIds : live);
    this.#version = this.#book.version;
    this.#atMs = atMs;
    return this.#view;
  }
}

/** Ids of the targets of a source. */
interface Roster {
  readonly all: readonly string[];
  readonly byPod: ReadonlyMap<string, readonly string[]>;
  readonly byNode: ReadonlyMap<string, readonly string[]>;
}

function viewOf(book: TargetBook, liveIds: ReadonlySet<string>): TargetView {
  const rosters = new Map<SourceName, Roster>();
  const rosterOf = (source: SourceName): Roster => {
    const known = rosters.get(source) ?? rosterFrom(book, source);
    rosters.set(source, known);
    return known;
  };
  const now = (ids: readonly string[]): readonly TargetStatus[] => ids.map((id) => book.get(id)).filter((status) => status !== undefined);
  return {
    liveIds,
    ofSource: (source) => now(rosterOf(source).all),
    ofPod: (source, pod) => now(rosterOf(source).byPod.get(podKey(pod)) ?? []),
    ofNode: (source, node) => now(rosterOf(source).byNode.get(node ?? '') ?? []),
  };
}

function rosterFrom(book: TargetBook, source: SourceName): Roster {
  const all: string[] = [];
  const byPod = new Map<string, string[]>();
  const byNode = new Map<string, string[]>();
  for (const { target } of book.all()) {
    if (target.source !== source) continue;
    all.push(target.id);
    // A target without a pod gets a key that no pod has: pods have names.
    const key = podKey({ namespace: target.labels.get('namespace') ?? '', name: target.labels.get('pod') ?? '' });
    add(byPod, { key, id: target.id });
    const node = target.labels.get('node');
    if (node) add(byNode, { key: node, id: target.id });
  }
  return { all, byPod, byNode };
}

function add(lists: Map<string, string[]>, { key, id }: { readonly key: string; readonly id: string }): void {
  const siblings = lists.get(key);
  if (siblings === undefined) lists.set(key, [id]);
  else siblings.push(id);
}

function isSameSet(one: ReadonlySet<string>, other: ReadonlySet<string>): boolean {
  if (one.size !== other.size) return false;
  for (const id of one) if (!other.has(id)) return false;
  return true;
}
