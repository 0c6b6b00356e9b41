// Kinds whose objects own pods, by the names that questions and owner references have for them.
import { type OwnerResource, WORKLOADS } from './objects.ts';

export type OwnerKind = Pick<OwnerResource, 'group' | 'resource' | 'kind'>;

/** They are not read: one is known for as long as something names it as its owner. */
const KNOWN_BY_REFERENCE: readonly OwnerKind[] = [
  { group: 'batch', resource: 'cronjobs', kind: 'CronJob' },
  { group: '', resource: 'replicationcontrollers', kind: 'ReplicationController' },
];

/** Kinds by group and resource. */
export class OwnerKinds {
  readonly #kinds: ReadonlyMap<string, OwnerKind>;

  /** `custom`: those that the configuration adds. */
  constructor(custom: readonly OwnerKind[]) {
    this.#kinds = new Map([...KNOWN_BY_REFERENCE, ...WORKLOADS, ...custom].map((kind) => [keyOf(kind), kind]));
  }

  of(resource: Pick<OwnerKind, 'group' | 'resource'>): OwnerKind | undefined {
    return this.#kinds.get(keyOf(resource));
  }

  /** The resource of a kind. */
  called({ group, kind }: Pick<OwnerKind, 'group' | 'kind'>): OwnerKind | undefined {
    return [...this.#kinds.values()].find((known) => known.group === group && known.kind === kind);
  }
}

function keyOf({ group, resource }: Pick<OwnerKind, 'group' | 'resource'>): string {
  return `${group}/${resource}`;
}
