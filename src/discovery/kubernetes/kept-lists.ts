// Answers to questions about pods: for an equal question the same array, from one inventory to the next where its pods are the same.
import { Recent } from '../../lib/recent.ts';
import { unlessSame } from '../../lib/same-list.ts';
import type { Pod } from '../../model/pod.ts';

interface Kept {
  readonly pods: readonly Pod[];
  /** Of what it was found in. */
  readonly version: number;
}

/** References to pods kept for questions that were asked before, a few megabytes of them. */
const KEPT_REFERENCES = 1_000_000;
/** What an answer without pods counts as: its question may be long. */
const KEPT_LEAST = 1000;

export interface FindIn {
  /** Of what is looked through, for its other versions may give another answer; undefined when there is nothing to look through. */
  readonly version: number | undefined;
  readonly find: () => readonly Pod[] | undefined;
}

export class KeptLists {
  readonly #recent: Recent<Kept>;

  constructor(previous: KeptLists | undefined) {
    const weigh = ({ pods }: Kept): number => KEPT_LEAST + pods.length;
    this.#recent = previous === undefined ? new Recent({ limit: KEPT_REFERENCES, weigh }) : previous.#recent.copy();
  }

  of(question: string, { version, find }: FindIn): readonly Pod[] | undefined {
    const kept = this.#recent.get(question);
    if (kept !== undefined && kept.version === version) return kept.pods;
    const found = find();
    if (found === undefined || version === undefined) return undefined;
    const pods = unlessSame(kept?.pods, found);
    this.#recent.set(question, { pods, version });
    return pods;
  }
}
