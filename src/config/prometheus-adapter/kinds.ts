// Names of resources as people and labels say them, to the kinds that they mean.
import { KINDS_WITH_PODS, kindsOfOwners, type ObjectKind, OTHER_KINDS, type OwnerKind } from '../../model/object-kinds.ts';

/** Kinds that can be named: those of Kubernetes, and owners of the configuration. Of one name the first is meant where no group is said. */
export class NamedKinds {
  readonly #byName = new Map<string, ObjectKind[]>();

  constructor(owners: readonly OwnerKind[]) {
    for (const kind of [...KINDS_WITH_PODS, ...OTHER_KINDS, ...kindsOfOwners(owners)]) {
      for (const name of new Set([kind.name, singularOf(kind)])) {
        const named = this.#byName.get(name) ?? [];
        named.push(kind);
        this.#byName.set(name, named);
      }
    }
  }

  /** By plural or singular, in whatever case; a group that no kind has may be the beginning of one's, as Kubernetes' mapping of resources has it. */
  find(resource: string, group: string): ObjectKind | undefined {
    const named = this.#byName.get(resource.toLowerCase()) ?? [];
    if (group === '') return named[0];
    return named.find((kind) => kind.group === group) ?? named.find((kind) => kind.group.startsWith(group));
  }
}

export function singularOf({ kind }: ObjectKind): string {
  return kind.toLowerCase();
}

/** One object for one kind is what rules and questions are compared by. */
export const NAMESPACES = KINDS_WITH_PODS.find(({ name }) => name === 'namespaces') as ObjectKind;
