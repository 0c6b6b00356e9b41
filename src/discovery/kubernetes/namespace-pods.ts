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

export interface OwnedPods {
  readonly owner: OwnerRef;
  readonly pods: readonly Pod[];
}

export type OwnedLists = ReadonlyMap<string, OwnedPods>;

export interface NamespaceOptions {
  readonly namespace: string;
  readonly said: readonly KubePod[];
  /** The same namespace as it was last; it is not kept. */
  readonly before: NamespacePods | undefined;
}

export const NO_PODS: readonly Pod[] = [];

/**
 * Of those before something changed only the lists are kept that were answered: lists that come to the same are the same lists again.
 * It never changes, but for what it remembers.
 */
export class NamespacePods {
  /** Terminating and ended ones left out. */
  readonly pods: readonly Pod[];
  readonly #namespace: string;
  readonly #said: readonly KubePod[];
  /** By uid. */
  readonly #members = new Map<string, Member>();
  #byName: ReadonlyMap<string, Member> | undefined;
  readonly #selected = new Recent<readonly Pod[]>({ limit: KEPT_SELECTED, weigh: ({ length }) => KEPT_LEAST + length });
  readonly #selectedBefore: Recent<readonly Pod[]> | undefined;
  #owned: { readonly by: symbol; readonly lists: OwnedLists } | undefined;
  readonly #ownedBefore: OwnedLists | undefined;

  constructor({ namespace, said, before }: NamespaceOptions) {
    this.#namespace = namespace;
    this.#said = said;
    const { members, selected, owned } = before === undefined ? NOTHING_BEFORE : before.#remembered();
    this.#selectedBefore = selected;
    this.#ownedBefore = owned;
    const pods: Pod[] = [];
    for (const one of said) {
      const member = memberOf(one, members?.get(one.uid));
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
    const known = this.#selected.get(key);
    if (known !== undefined) return known;
    const selected = this.pods.filter(({ labels }) => selects(selector, labels));
    const kept = sameItemsOr(this.#selectedBefore?.get(key), selected);
    this.#selected.set(key, kept);
    return kept;
  }

  /** The pods behind each object of the namespace that owns some or is known itself, by its key. */
  ownedBy(index: OwnerIndex): OwnedLists {
    if (this.#owned?.by === index.id) return this.#owned.lists;
    const before = this.#owned?.lists ?? this.#ownedBefore;
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
    const lists = new Map([...found].map(([key, owned]) => [key, same(owned)]));
    this.#owned = { by: index.id, lists };
    return lists;
  }

  #remembered(): Remembered {
    return { members: this.#members, selected: this.#selected, owned: this.#owned?.lists };
  }
}

interface Remembered {
  readonly members: ReadonlyMap<string, Member> | undefined;
  readonly selected: Recent<readonly Pod[]> | undefined;
  readonly owned: OwnedLists | undefined;
}

const NOTHING_BEFORE: Remembered = { members: undefined, selected: undefined, owned: undefined };

function membersByName(members: Iterable<Member>): ReadonlyMap<string, Member> {
  const byName = new Map<string, Member>();
  for (const member of members) {
    const { name } = member.pod;
    if (isMember(member.said) || !byName.has(name)) byName.set(name, member);
  }
  return byName;
}
