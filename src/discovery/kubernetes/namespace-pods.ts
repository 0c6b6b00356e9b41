// The pods of one namespace, and what has been asked about them: kept for as long as none of them changes.
import { Recent } from '../../lib/recent.ts';
import { type LabelSelector, selectorKey, selects } from '../../model/label-selector.ts';
import type { Pod } from '../../model/pod.ts';
import type { KubePod } from './objects.ts';
import type { OwnerIndex, OwnerRef } from './ownership.ts';
import { isMember, type Member, memberOf } from './pods.ts';
import { holdsSame, sameItemsOr } from './same-items.ts';

/** References to pods kept for selectors that were asked before, of one namespace. */
const KEPT_SELECTED = 200_000;
/** What a selector that leaves no pod counts as: its text may be long. */
const KEPT_LEAST = 1000;

/** What has been answered about some pods. It holds on to them, and to nothing else that was known when they were asked about. */
interface Answered {
  readonly selected: Recent<readonly Pod[]>;
  owned: ReadonlyMap<string, OwnedPods>;
}

export interface OwnedPods {
  readonly owner: OwnerRef;
  readonly pods: readonly Pod[];
}

export interface NamespaceOptions {
  readonly namespace: string;
  readonly said: readonly KubePod[];
  /** The same namespace as it was last; it is not kept. */
  readonly before: NamespacePods | undefined;
}

export const NO_PODS: readonly Pod[] = [];

export class NamespacePods {
  /** Terminating and ended ones left out. */
  readonly pods: readonly Pod[];
  readonly #namespace: string;
  readonly #said: readonly KubePod[];
  readonly #members = new Map<string, Member>();
  readonly #answered: Answered = {
    selected: new Recent({ limit: KEPT_SELECTED, weigh: ({ length }) => KEPT_LEAST + length }),
    owned: new Map(),
  };
  /** Before something changed: lists that come to the same are the same lists again. */
  readonly #answeredBefore: Answered | undefined;
  /** The index that `owned` was answered by. */
  #ownedBy: symbol | undefined;
  #byName: ReadonlyMap<string, Member> | undefined;

  constructor({ namespace, said, before }: NamespaceOptions) {
    this.#namespace = namespace;
    this.#said = said;
    this.#answeredBefore = before === undefined ? undefined : before.#answered;
    const known = before === undefined ? undefined : before.#members;
    const pods: Pod[] = [];
    for (const one of said) {
      const member = memberOf(one, known?.get(one.uid));
      this.#members.set(one.uid, member);
      if (isMember(one)) pods.push(member.pod);
    }
    this.pods = sameItemsOr(before?.pods, pods);
  }

  /** Whether these are the same pods, unchanged. */
  isOf(said: readonly KubePod[]): boolean {
    return holdsSame(this.#said, said);
  }

  withUid(uid: string): KubePod | undefined {
    return this.#members.get(uid)?.said;
  }

  /** Of two pods of one name, of which one ends, the other. */
  named(name: string): Member | undefined {
    this.#byName ??= membersByName(this.#members.values());
    return this.#byName.get(name);
  }

  /** For an equal selector the same array. */
  selectedBy(selector: LabelSelector): readonly Pod[] {
    const key = selectorKey(selector);
    const known = this.#answered.selected.get(key);
    if (known !== undefined) return known;
    const selected = this.pods.filter(({ labels }) => selects(selector, labels));
    const kept = sameItemsOr(this.#answeredBefore?.selected.get(key), selected);
    this.#answered.selected.set(key, kept);
    return kept;
  }
  /** The pods behind each object of the namespace that owns some or is known itself, by its key. */
  ownedBy(index: OwnerIndex): ReadonlyMap<string, OwnedPods> {
    if (this.#ownedBy === index.id) return this.#answered.owned;
    const before = this.#ownedBy === undefined ? this.#answeredBefore?.owned : this.#answered.owned;
    const found = new Map<string, { readonly owner: OwnerRef; readonly pods: Pod[] }>();
    for (const owner of index.knownIn(this.#namespace)) found.set(owner.key, { owner, pods: [] });
    for (const { said, pod } of this.#members.values()) {
      if (!isMember(said)) continue;
      for (const owner of index.ownersOf(said)) {
        const known = found.get(owner.key);
        if (known === undefined) found.set(owner.key, { owner, pods: [pod] });
        else known.pods.push(pod);
      }
    }
    const same = ({ owner, pods }: OwnedPods): OwnedPods => ({ owner, pods: sameItemsOr(before?.get(owner.key)?.pods, pods) });
    this.#answered.owned = new Map([...found].map(([key, owned]) => [key, same(owned)]));
    this.#ownedBy = index.id;
    return this.#answered.owned;
  }
}

function membersByName(members: Iterable<Member>): ReadonlyMap<string, Member> {
  const byName = new Map<string, Member>();
  for (const member of members) {
    const { name } = member.pod;
    if (isMember(member.said) || !byName.has(name)) byName.set(name, member);
  }
  return byName;
}
