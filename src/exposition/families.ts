// Names of metrics that a target said, and what the last text says of their types.
import type { MetricType } from '../model/line.ts';

export interface Family {
  /** Its number among those of the plan. */
  readonly id: number;
  readonly name: string;
  /** What the first TYPE line of scan number `typedAt` said. */
  type: MetricType;
  typedAt: number;
}

/** Rows of a histogram or summary carry the family's name with one of these. */
const SUFFIXES: ReadonlyMap<string, readonly MetricType[]> = new Map([
  ['_bucket', ['histogram']],
  ['_sum', ['histogram', 'summary']],
  ['_count', ['histogram', 'summary']],
]);

export class Families {
  readonly #byName = new Map<string, Family>();
  readonly #byId: (Family | undefined)[] = [];
  readonly #freeIds: number[] = [];

  at(id: number): Family {
    const family = this.#byId[id];
    if (family === undefined) throw new Error(`BUG: there is no family ${id}`);
    return family;
  }

  named(name: string): Family {
    const known = this.#byName.get(name);
    if (known !== undefined) return known;
    const id = this.#freeIds.pop() ?? this.#byId.length;
    const family: Family = { id, name, type: 'unknown', typedAt: 0 };
    this.#byId[id] = family;
    this.#byName.set(name, family);
    return family;
  }

  /** All names, in the order in which they were first asked for. */
  names(): Iterable<string> {
    return this.#byName.keys();
  }

  /** The family that the text of scan number `scan` puts a name into: its own, or the histogram or summary it is a row of. */
  familyOf(family: Family, scan: number): Family {
    if (family.typedAt === scan) return family;
    for (const [suffix, types] of SUFFIXES) {
      if (!family.name.endsWith(suffix)) continue;
      const base = this.#byName.get(family.name.slice(0, -suffix.length));
      if (base?.typedAt === scan && types.includes(base.type)) return base;
    }
    return family;
  }

  /** The type that the text of scan number `scan` gives a name. */
  typeOf(family: Family, scan: number): MetricType {
    const owner = this.familyOf(family, scan);
    return owner.typedAt === scan ? owner.type : 'unknown';
  }

  /** Forgets all others. */
  keepOnly(ids: ReadonlySet<number>): void {
    for (const { id, name } of this.#byName.values()) {
      if (ids.has(id)) continue;
      this.#byName.delete(name);
      this.#byId[id] = undefined;
      this.#freeIds.push(id);
    }
  }
}
